/* base/hash.h - hashing of bytes and of addresses.
 *
 * Bytes (and so str, bytes, memoryview) go through SipHash-1-3 under a secret
 * key, so that nobody can choose strings that collide.  The key is CPython's
 * function of PYTHONHASHSEED: the same seed gives the same hashes there and here. */
#ifndef OU_HASH_H
#define OU_HASH_H

#include "base/base.h"

#define OU_HASH_SECRET_SIZE 24  /* bytes: the two keys, and 8 more for expat's salt */

/* Set the key.  `randomized`: from the system's entropy, `seed` is ignored;
 * else from `seed` (0 means a key of zeros).  Call before any hash is taken.
 * Returns false if the system gave no entropy; the key is then unchanged. */
bool ou_hash_set_seed(bool randomized, uint32_t seed);

/* The secret, OU_HASH_SECRET_SIZE bytes. */
const unsigned char *ou_hash_secret(void);

/* Hash of `size` bytes: 0 for none, never -1 (which is -2 then). */
intptr_t ou_hash_bytes(const void *bytes, size_t size);

/* SipHash-1-3 itself, under any key. */
uint64_t ou_siphash13(uint64_t key0, uint64_t key1, const void *bytes, size_t size);

/* Hash of an address: its low four bits are zero as a rule, so they go last.  Never -1. */
static inline intptr_t
ou_hash_pointer(const void *address)
{
    uintptr_t bits = (uintptr_t)address;
    bits = (bits >> 4) | (bits << (8 * sizeof bits - 4));
    return bits == (uintptr_t)-1 ? -2 : (intptr_t)bits;
}

#endif /* OU_HASH_H */
