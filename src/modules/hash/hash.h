/* modules/hash/hash.h - digests by the Merkle-Damgard scheme: MD5, SHA-1, SHA-2; and what all hash modules share.
 *
 *   block    what is mixed into the state at a time
 *   digest   the first bytes of the state, after padding and length were mixed in */
#ifndef OU_MODULES_HASH_H
#define OU_MODULES_HASH_H

#include "object/args.h"
#include "object/hold.h"

enum { OU_HASH_MAX_BLOCK = 128, OU_HASH_MAX_DIGEST = 64 };

typedef union {
    uint32_t w32[8];
    uint64_t w64[8];
} OuHashWords;

typedef struct {
    const char *name;           /* as hashlib knows it */
    uint8_t digest_size, block_size, word_size;
    bool little_endian;
    OuHashWords start;
    void (*mix)(OuHashWords *words, const unsigned char *block);
} OuHashAlgorithm;

typedef struct {
    OuHashWords words;
    uint64_t n_bytes; /* all so far; those beyond the last whole block are in `rest` */
    unsigned char rest[OU_HASH_MAX_BLOCK];
} OuHashState;

extern const OuHashAlgorithm ou_hash_md5, ou_hash_sha1, ou_hash_sha224, ou_hash_sha256, ou_hash_sha384, ou_hash_sha512;
/* The fractional parts of the square roots of the first eight primes, 64 bits each. */
extern const uint64_t ou_hash_roots[8];

/* Begin, and go on with more bytes. */
void ou_hash_start(const OuHashAlgorithm *algorithm, OuHashState *state);
void ou_hash_update(const OuHashAlgorithm *algorithm, OuHashState *state, const unsigned char *data, size_t size);
/* The digest of what came so far; the state stays as it is. */
void ou_hash_digest(const OuHashAlgorithm *algorithm, const OuHashState *state, unsigned char *out);

/* Export the bytes to hash.  Returns 0, or -1 with an error set: str, no buffer, or one of more dimensions. */
OU_MUST_USE int ou_hash_buffer(PyObject *arg, Py_buffer *view);

static inline uint32_t
ou_rotate_left32(uint32_t x, int n)
{
    return x << n | x >> (32 - n);
}

static inline uint32_t
ou_rotate_right32(uint32_t x, int n)
{
    return x >> n | x << (32 - n);
}

static inline uint64_t
ou_rotate_right64(uint64_t x, int n)
{
    return x >> n | x << (64 - n);
}

#endif
