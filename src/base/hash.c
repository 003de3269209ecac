/* base/hash.c - SipHash-1-3 and its secret key.
 *
 * Owns       the process's hash secret.
 * Invariant  the secret does not change once hashes have been taken.
 * Not here   hashes of numbers (types/), combining hashes of a tuple's items.
 * Source     SipHash: Aumasson and Bernstein, 2012; one compression and three
 *            finalization rounds.  The seed's expansion is CPython's interface. */
#include "base/hash.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

static unsigned char hash_secret[OU_HASH_SECRET_SIZE];
static uint64_t hash_key0, hash_key1;

static inline uint64_t
load_word(const unsigned char *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/* randomized, seed: see hash.h.
 * Returns  false if the system gave no entropy; nothing has changed then. */
bool
ou_hash_set_seed(bool randomized, uint32_t seed)
{
    unsigned char secret[OU_HASH_SECRET_SIZE];

    if (randomized) {
        size_t have = 0;
        while (have < sizeof secret) {
            ssize_t got = getrandom(secret + have, sizeof secret - have, 0);
            if (got < 0 && errno != EINTR) {
                return false;
            }
            have += got > 0 ? (size_t)got : 0;
        }
    }
    else if (seed == 0) {
        memset(secret, 0, sizeof secret);
    }
    else {
        uint32_t state = seed; /* a linear congruential sequence, bits 16 to 23 of each step */
        for (size_t i = 0; i < sizeof secret; i++) {
            state = state * 214013u + 2531011u;
            secret[i] = (unsigned char)(state >> 16);
        }
    }
    memcpy(hash_secret, secret, sizeof secret);
    hash_key0 = load_word(secret);
    hash_key1 = load_word(secret + 8);
    return true;
}

/* Returns  OU_HASH_SECRET_SIZE bytes, valid for ever. */
const unsigned char *
ou_hash_secret(void)
{
    return hash_secret;
}

static inline uint64_t
rotate(uint64_t word, unsigned by)
{
    return word << by | word >> (64 - by);
}

#define SIP_ROUND()               \
    do {                          \
        v0 += v1;                 \
        v2 += v3;                 \
        v1 = rotate(v1, 13) ^ v0; \
        v3 = rotate(v3, 16) ^ v2; \
        v0 = rotate(v0, 32);      \
        v2 += v1;                 \
        v0 += v3;                 \
        v1 = rotate(v1, 17) ^ v2; \
        v3 = rotate(v3, 21) ^ v0; \
        v2 = rotate(v2, 32);      \
    } while (0)

static OU_ALWAYS_INLINE uint64_t
siphash(uint64_t key0, uint64_t key1, const unsigned char *at, size_t size)
{
    uint64_t v0 = key0 ^ 0x736f6d6570736575u, v1 = key1 ^ 0x646f72616e646f6du;
    uint64_t v2 = key0 ^ 0x6c7967656e657261u, v3 = key1 ^ 0x7465646279746573u;
    uint64_t word, last = (uint64_t)size << 56;

    for (; size >= 8; size -= 8, at += 8) {
        word = load_word(at);
        v3 ^= word;
        SIP_ROUND();
        v0 ^= word;
    }
    switch (size) {
    case 7: last |= (uint64_t)at[6] << 48; /* fall through */
    case 6: last |= (uint64_t)at[5] << 40; /* fall through */
    case 5: last |= (uint64_t)at[4] << 32; /* fall through */
    case 4: last |= (uint64_t)at[3] << 24; /* fall through */
    case 3: last |= (uint64_t)at[2] << 16; /* fall through */
    case 2: last |= (uint64_t)at[1] << 8;  /* fall through */
    case 1: last |= at[0];                 /* fall through */
    default: break;
    }
    v3 ^= last;
    SIP_ROUND();
    v0 ^= last;
    v2 ^= 0xff;
    SIP_ROUND();
    SIP_ROUND();
    SIP_ROUND();
    return v0 ^ v1 ^ v2 ^ v3;
}

/* key0, key1: the two halves of the key, little-endian words of its 16 bytes.
 * Returns  all 64 bits. */
uint64_t
ou_siphash13(uint64_t key0, uint64_t key1, const void *bytes, size_t size)
{
    return siphash(key0, key1, bytes, size);
}

/* bytes    may be NULL if size is 0.
 * Returns  0 for none, never -1. */
intptr_t
ou_hash_bytes(const void *bytes, size_t size)
{
    if (size == 0) {
        return 0;
    }
    intptr_t hash = (intptr_t)siphash(hash_key0, hash_key1, bytes, size);
    return OU_UNLIKELY(hash == -1) ? -2 : hash;
}
