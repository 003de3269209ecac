/* modules/hash/hash_algorithms.c - MD5, SHA-1 and SHA-2.
 *
 * Owns       constant tables: SHA-256's are the upper halves of SHA-512's.
 * Invariant  a state's `rest` holds n_bytes modulo the block's size, always less than a block.
 * Source     RFC 1321 (MD5); FIPS 180-4 (SHA). */
#include "modules/hash/hash.h"

/* The fractional parts of the cube roots of the first eighty primes. */
static const uint64_t cube_roots[80] = {
    0x428a2f98d728ae22u, 0x7137449123ef65cdu, 0xb5c0fbcfec4d3b2fu, 0xe9b5dba58189dbbcu, 0x3956c25bf348b538u,
    0x59f111f1b605d019u, 0x923f82a4af194f9bu, 0xab1c5ed5da6d8118u, 0xd807aa98a3030242u, 0x12835b0145706fbeu,
    0x243185be4ee4b28cu, 0x550c7dc3d5ffb4e2u, 0x72be5d74f27b896fu, 0x80deb1fe3b1696b1u, 0x9bdc06a725c71235u,
    0xc19bf174cf692694u, 0xe49b69c19ef14ad2u, 0xefbe4786384f25e3u, 0x0fc19dc68b8cd5b5u, 0x240ca1cc77ac9c65u,
    0x2de92c6f592b0275u, 0x4a7484aa6ea6e483u, 0x5cb0a9dcbd41fbd4u, 0x76f988da831153b5u, 0x983e5152ee66dfabu,
    0xa831c66d2db43210u, 0xb00327c898fb213fu, 0xbf597fc7beef0ee4u, 0xc6e00bf33da88fc2u, 0xd5a79147930aa725u,
    0x06ca6351e003826fu, 0x142929670a0e6e70u, 0x27b70a8546d22ffcu, 0x2e1b21385c26c926u, 0x4d2c6dfc5ac42aedu,
    0x53380d139d95b3dfu, 0x650a73548baf63deu, 0x766a0abb3c77b2a8u, 0x81c2c92e47edaee6u, 0x92722c851482353bu,
    0xa2bfe8a14cf10364u, 0xa81a664bbc423001u, 0xc24b8b70d0f89791u, 0xc76c51a30654be30u, 0xd192e819d6ef5218u,
    0xd69906245565a910u, 0xf40e35855771202au, 0x106aa07032bbd1b8u, 0x19a4c116b8d2d0c8u, 0x1e376c085141ab53u,
    0x2748774cdf8eeb99u, 0x34b0bcb5e19b48a8u, 0x391c0cb3c5c95a63u, 0x4ed8aa4ae3418acbu, 0x5b9cca4f7763e373u,
    0x682e6ff3d6b2b8a3u, 0x748f82ee5defb2fcu, 0x78a5636f43172f60u, 0x84c87814a1f0ab72u, 0x8cc702081a6439ecu,
    0x90befffa23631e28u, 0xa4506cebde82bde9u, 0xbef9a3f7b2c67915u, 0xc67178f2e372532bu, 0xca273eceea26619cu,
    0xd186b8c721c0c207u, 0xeada7dd6cde0eb1eu, 0xf57d4f7fee6ed178u, 0x06f067aa72176fbau, 0x0a637dc5a2c898a6u,
    0x113f9804bef90daeu, 0x1b710b35131c471bu, 0x28db77f523047d84u, 0x32caab7b40c72493u, 0x3c9ebe0a15c9bebcu,
    0x431d67c49c100d4cu, 0x4cc5d4becb3e42b6u, 0x597f299cfc657e2au, 0x5fcb6fab3ad6faecu, 0x6c44198c4a475817u,
};

#define ROOTS                                                                                                \
    0x6a09e667f3bcc908u, 0xbb67ae8584caa73bu, 0x3c6ef372fe94f82bu, 0xa54ff53a5f1d36f1u, 0x510e527fade682d1u, \
        0x9b05688c2b3e6c1fu, 0x1f83d9abfb41bd6bu, 0x5be0cd19137e2179u
const uint64_t ou_hash_roots[8] = {ROOTS};

static uint32_t
read_big32(const unsigned char *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* ---- MD5 -------------------------------------------------------------------------------------------------------------- */

/* 2**32 times the absolute sine of 1, 2, 3, ... */
static const uint32_t sines[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501, 0x698098d8, 0x8b44f7af,
    0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821, 0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa,
    0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8, 0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8,
    0x676f02d9, 0x8d2a4c8a, 0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665, 0xf4292244, 0x432aff97,
    0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1, 0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1,
    0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
};

static void
mix_md5(OuHashWords *words, const unsigned char *block)
{
    static const uint8_t shifts[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
    static const uint8_t factor[4] = {1, 5, 3, 7}, offset[4] = {0, 1, 5, 0};
    uint32_t m[16], a = words->w32[0], b = words->w32[1], c = words->w32[2], d = words->w32[3];
    memcpy(m, block, sizeof m); /* little-endian, as the machine is */
    for (unsigned i = 0; i < 64; i++) {
        unsigned round = i >> 4;
        uint32_t f = round == 0 ? (b & c) | (~b & d) : round == 1 ? (b & d) | (c & ~d) : round == 2 ? b ^ c ^ d : c ^ (b | ~d);
        f += a + sines[i] + m[(factor[round] * i + offset[round]) & 15];
        a = d;
        d = c;
        c = b;
        b += ou_rotate_left32(f, shifts[round][i & 3]);
    }
    words->w32[0] += a;
    words->w32[1] += b;
    words->w32[2] += c;
    words->w32[3] += d;
}

/* ---- SHA-1 ------------------------------------------------------------------------------------------------------------ */

static void
mix_sha1(OuHashWords *words, const unsigned char *block)
{
    static const uint32_t constants[4] = {0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6};
    uint32_t w[80], s[5];
    memcpy(s, words->w32, sizeof s);
    for (int i = 0; i < 80; i++) {
        w[i] = i < 16 ? read_big32(block + 4 * i) : ou_rotate_left32(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    }
    for (int i = 0; i < 80; i++) {
        int round = i / 20;
        uint32_t f = round == 0 ? (s[1] & s[2]) | (~s[1] & s[3])
                   : round == 2 ? (s[1] & s[2]) | (s[1] & s[3]) | (s[2] & s[3])
                                : s[1] ^ s[2] ^ s[3];
        uint32_t next = ou_rotate_left32(s[0], 5) + f + s[4] + constants[round] + w[i];
        s[4] = s[3];
        s[3] = s[2];
        s[2] = ou_rotate_left32(s[1], 30);
        s[1] = s[0];
        s[0] = next;
    }
    for (int i = 0; i < 5; i++) {
        words->w32[i] += s[i];
    }
}

/* ---- SHA-2: one text for both word sizes ------------------------------------------------------------------------------- */

#define MIX_SHA2(name, type, field, rotate, read, n_rounds, constant, A1, A2, A3, E1, E2, E3, V1, V2, V3, W1, W2, W3)          \
    static void name(OuHashWords *words, const unsigned char *block)                                                           \
    {                                                                                                                          \
        type w[n_rounds], s[8];                                                                                                \
        memcpy(s, words->field, sizeof s);                                                                                     \
        for (int i = 0; i < n_rounds; i++) {                                                                                   \
            if (i < 16) {                                                                                                      \
                w[i] = read;                                                                                                   \
                continue;                                                                                                      \
            }                                                                                                                  \
            type x = w[i - 15], y = w[i - 2];                                                                                  \
            w[i] =                                                                                                             \
                w[i - 16] + (rotate(x, V1) ^ rotate(x, V2) ^ x >> V3) + w[i - 7] + (rotate(y, W1) ^ rotate(y, W2) ^ y >> W3);  \
        }                                                                                                                      \
        for (int i = 0; i < n_rounds; i++) {                                                                                   \
            type a = s[0], e = s[4];                                                                                           \
            type first =                                                                                                       \
                s[7] + (rotate(e, E1) ^ rotate(e, E2) ^ rotate(e, E3)) + ((e & s[5]) ^ (~e & s[6])) + (type)(constant) + w[i]; \
            type second = (rotate(a, A1) ^ rotate(a, A2) ^ rotate(a, A3)) + ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));         \
            memmove(s + 1, s, 7 * sizeof *s);                                                                                  \
            s[4] += first;                                                                                                     \
            s[0] = first + second;                                                                                             \
        }                                                                                                                      \
        for (int i = 0; i < 8; i++) {                                                                                          \
            words->field[i] += s[i];                                                                                           \
        }                                                                                                                      \
    }
MIX_SHA2(mix_sha256, uint32_t, w32, ou_rotate_right32, read_big32(block + 4 * i), 64, cube_roots[i] >> 32, 2, 13, 22, 6, 11, 25,
         7, 18, 3, 17, 19, 10)
MIX_SHA2(mix_sha512, uint64_t, w64, ou_rotate_right64,
         (uint64_t)read_big32(block + 8 * i) << 32 | read_big32(block + 8 * i + 4), 80, cube_roots[i], 28, 34, 39, 14, 18, 41,
         1, 8, 7, 19, 61, 6)

const OuHashAlgorithm ou_hash_md5 = {
    "md5", 16, 64, 4, true, {.w32 = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476}}, mix_md5,
};
const OuHashAlgorithm ou_hash_sha1 = {
    "sha1", 20, 64, 4, false, {.w32 = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0}}, mix_sha1,
};
/* The lower halves of SHA-384's; the upper halves of SHA-512's. */
const OuHashAlgorithm ou_hash_sha224 = {
    "sha224",   28,
    64,         4,
    false,      {.w32 = {0xc1059ed8, 0x367cd507, 0x3070dd17, 0xf70e5939, 0xffc00b31, 0x68581511, 0x64f98fa7, 0xbefa4fa4}},
    mix_sha256,
};
const OuHashAlgorithm ou_hash_sha256 = {
    "sha256",   32,
    64,         4,
    false,      {.w32 = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}},
    mix_sha256,
};
const OuHashAlgorithm ou_hash_sha384 = {
    "sha384",
    48,
    128,
    8,
    false,
    {.w64 = {0xcbbb9d5dc1059ed8u, 0x629a292a367cd507u, 0x9159015a3070dd17u, 0x152fecd8f70e5939u, 0x67332667ffc00b31u,
             0x8eb44a8768581511u, 0xdb0c2e0d64f98fa7u, 0x47b5481dbefa4fa4u}},
    mix_sha512,
};
const OuHashAlgorithm ou_hash_sha512 = {"sha512", 64, 128, 8, false, {.w64 = {ROOTS}}, mix_sha512};

/* ---- blocks ------------------------------------------------------------------------------------------------------------- */

void
ou_hash_start(const OuHashAlgorithm *algorithm, OuHashState *state)
{
    state->words = algorithm->start;
    state->n_bytes = 0;
}

void
ou_hash_update(const OuHashAlgorithm *algorithm, OuHashState *state, const unsigned char *data, size_t size)
{
    size_t block = algorithm->block_size, have = state->n_bytes % block;
    state->n_bytes += size;
    if (have > 0) {
        size_t part = Py_MIN(size, block - have);
        memcpy(state->rest + have, data, part);
        data += part;
        size -= part;
        if (have + part < block) {
            return;
        }
        algorithm->mix(&state->words, state->rest);
    }
    for (; size >= block; data += block, size -= block) {
        algorithm->mix(&state->words, data);
    }
    memcpy(state->rest, data, size);
}

void
ou_hash_digest(const OuHashAlgorithm *algorithm, const OuHashState *state, unsigned char *out)
{
    OuHashState last = *state;
    unsigned char padding[OU_HASH_MAX_BLOCK + 16] = {0x80};
    size_t block = algorithm->block_size, length_size = 2 * algorithm->word_size, have = state->n_bytes % block;
    size_t n_padding = (have < block - length_size ? block : 2 * block) - length_size - have;
    unsigned char *length = padding + n_padding;
    for (int i = 0; i < 8; i++) {
        uint64_t n_bits = state->n_bytes << 3;
        length[algorithm->little_endian ? i : (int)length_size - 1 - i] = (unsigned char)(n_bits >> (8 * i));
    }
    if (length_size == 16) {
        length[7] = (unsigned char)(state->n_bytes >> 61);
    }
    ou_hash_update(algorithm, &last, padding, n_padding + length_size);
    for (unsigned i = 0; i < algorithm->digest_size; i++) {
        unsigned word = i / algorithm->word_size, byte = i % algorithm->word_size;
        uint64_t value = algorithm->word_size == 8 ? last.words.w64[word] : last.words.w32[word];
        out[i] = (unsigned char)(value >> 8 * (algorithm->little_endian ? byte : algorithm->word_size - 1u - byte));
    }
}
