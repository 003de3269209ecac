/* tests/unit/unit.h - a tiny harness: each test file is one program.
 *
 *   #include "unit.h"
 *   TEST(pool, reuses_the_block_freed_last) { CHECK(...); }
 *   FAULT_TEST(list, append_is_all_or_nothing) { ... }
 *
 * A fault test runs again and again with allocation 1, 2, 3, ... refused, until
 * a run sees no refusal.  Its body must undo what it did in every run: blocks left
 * over, or structures that don't hold, fail it.
 *
 * Run with words to run only the tests whose names contain one of them.  A file
 * that needs something started first defines UNIT_SETUP (and UNIT_TEARDOWN) to the
 * name of a void function(void) before it includes this. */
#ifndef OU_UNIT_H
#define OU_UNIT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"
#include "memory/memory.h"

typedef struct UnitTest {
    const char *group, *name;
    void (*run)(void);
    bool fault;
    struct UnitTest *next;
} UnitTest;

static UnitTest *unit_tests, **unit_end = &unit_tests;
static int unit_n_failed_checks;    /* of the test that runs */

static inline void
unit_add(UnitTest *test)
{
    *unit_end = test;
    unit_end = &test->next;
}

#define UNIT_TEST(group_, name_, fault_)                                            \
    static void unit_##group_##_##name_(void);                                      \
    __attribute__((constructor)) static void unit_add_##group_##_##name_(void)      \
    {                                                                               \
        static UnitTest test = { #group_, #name_, unit_##group_##_##name_, fault_, NULL }; \
        unit_add(&test);                                                            \
    }                                                                               \
    static void unit_##group_##_##name_(void)

#define TEST(group, name)       UNIT_TEST(group, name, false)
#define FAULT_TEST(group, name) UNIT_TEST(group, name, true)

static inline void
unit_fail(const char *file, int line, const char *what)
{
    if (unit_n_failed_checks++ < 5) {
        printf("    %s:%d: %s\n", file, line, what);
    }
}

#define CHECK(cond)                                     \
    do {                                                \
        if (!(cond)) {                                  \
            unit_fail(__FILE__, __LINE__, #cond);       \
        }                                               \
    } while (0)

/* Two integers, printed when they differ. */
#define CHECK_EQ(a, b)                                                          \
    do {                                                                        \
        long long unit_a = (long long)(a), unit_b = (long long)(b);             \
        if (unit_a != unit_b) {                                                 \
            char unit_text[300];                                                \
            snprintf(unit_text, sizeof unit_text, "%s == %s: %lld, %lld", #a, #b, unit_a, unit_b); \
            unit_fail(__FILE__, __LINE__, unit_text);                           \
        }                                                                       \
    } while (0)

#define CHECK_STR(a, b)                                 \
    do {                                                \
        if (strcmp(a, b) != 0) {                        \
            unit_fail(__FILE__, __LINE__, #a " == " #b); \
        }                                               \
    } while (0)

/* Give up on this test where going on makes no sense. */
#define REQUIRE(cond)                                   \
    do {                                                \
        if (!(cond)) {                                  \
            unit_fail(__FILE__, __LINE__, #cond);       \
            return;                                     \
        }                                               \
    } while (0)

static int unit_fork_status OU_UNUSED; /* of the last child that came to its end by exit() */

/* Run `child` in a process of its own; what it says on stderr goes to `text`.
 * Returns the signal that ended it, or 0 if it came to its end. */
static inline int
unit_fork(void (*child)(void), char *text, size_t size)
{
    int ends[2];
    fflush(stdout);
    if (pipe(ends) != 0) {
        return -1;
    }
    pid_t pid = fork();
    if (pid == 0) {
        dup2(ends[1], 2);
        close(ends[0]);
        child();
        _exit(0);
    }
    close(ends[1]);
    size_t have = 0;
    ssize_t got;
    while (have + 1 < size && (got = read(ends[0], text + have, size - 1 - have)) > 0) {
        have += (size_t)got;
    }
    text[have] = '\0';
    close(ends[0]);
    int status = 0;
    waitpid(pid, &status, 0);
    unit_fork_status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static inline void
unit_sweep(const UnitTest *test)
{
    enum { ENOUGH = 200000 };
    test->run();                /* first: what is allocated once and for all is there */
    size_t before = ou_memory_live_blocks();
    for (uint64_t n = 1; n < ENOUGH && unit_n_failed_checks == 0; n++) {
        ou_memory_set_fail(n, n);
        test->run();
        uint64_t refused = ou_memory_failures() + ou_memory_benign_failures();
        ou_memory_clear_fail();
        if (ou_memory_live_blocks() != before || !ou_memory_is_valid()) {
            printf("    allocation %llu refused: %zu blocks before, %zu after\n", (unsigned long long)n,
                   before, ou_memory_live_blocks());
            unit_n_failed_checks++;
        }
        if (refused == 0) {
            return;
        }
    }
}

int
main(int argc, char **argv)
{
    int n_failed = 0, n_run = 0;
#ifdef UNIT_SETUP
    UNIT_SETUP();
#endif
    for (UnitTest *test = unit_tests; test != NULL; test = test->next) {
        bool wanted = argc < 2;
        for (int i = 1; i < argc; i++) {
            wanted = wanted || strstr(test->name, argv[i]) || strstr(test->group, argv[i]);
        }
        if (!wanted) {
            continue;
        }
        unit_n_failed_checks = 0;
        if (test->fault) {
            unit_sweep(test);
        }
        else {
            test->run();
        }
        n_run++;
        n_failed += unit_n_failed_checks != 0;
        printf("%s  %s: %s\n", unit_n_failed_checks == 0 ? "ok  " : "FAIL", test->group, test->name);
        fflush(stdout);
    }
#ifdef UNIT_TEARDOWN
    UNIT_TEARDOWN();
#endif
    printf("%d tests, %d failed\n", n_run, n_failed);
    return n_failed == 0 ? 0 : 1;
}

#endif /* OU_UNIT_H */
