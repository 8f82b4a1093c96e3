/* Loaded before libc (LD_PRELOAD): counts the calls that change something below one folder, and at
 * the Nth fails it or kills the process. It sits under Python and SQLite's C code alike.
 *
 * FAULTS_UNDER  absolute folder; nothing else is counted (unset: nothing is)
 * FAULTS_NAMES  parts of paths, separated by ":"; only paths with one of them count (unset: all)
 * FAULTS_AT     which call is struck, from 1 (0: none)
 * FAULTS_ACT    the errno it fails with, or -1: SIGKILL, after half of what it would have written
 * FAULTS_TURNS  a folder whose empty folders 0 to 9 are each taken for one strike, by any process
 * FAULTS_LOG    file to which a line "pid N call path" is added for every counted call
 *
 * A process may arm itself instead: faults_arm(under, at, act, lasting), then faults_last().
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static char under[PATH_MAX], names[1024], turns[PATH_MAX], logged[PATH_MAX], last[PATH_MAX + 32];
static long at, seen;
static int act, lasting;

static void take(const char *name, char *into, size_t size) {
    const char *value = getenv(name);
    snprintf(into, size, "%s", value ? value : "");
}

__attribute__((constructor)) static void start(void) {
    take("FAULTS_UNDER", under, sizeof under);
    take("FAULTS_NAMES", names, sizeof names);
    take("FAULTS_TURNS", turns, sizeof turns);
    take("FAULTS_LOG", logged, sizeof logged);
    at = getenv("FAULTS_AT") ? atol(getenv("FAULTS_AT")) : 0;
    act = getenv("FAULTS_ACT") ? atoi(getenv("FAULTS_ACT")) : -1;
}

void faults_arm(const char *folder, long nth, int how, int lasts) {
    snprintf(under, sizeof under, "%s", folder);
    last[0] = 0;
    at = nth, act = how, lasting = lasts, seen = 0;
}

const char *faults_last(void) { return last; } /* the call that was struck last */

static int named(const char *path) {
    if (!names[0]) return 1;
    char copy[sizeof names], *rest = copy, *name;
    strcpy(copy, names);
    while ((name = strsep(&rest, ":")))
        if (strstr(path, name)) return 1;
    return 0;
}

static int has_turn(void) {
    for (char number = '0'; turns[0] && number <= '9'; number++) {
        char turn[PATH_MAX + 2];
        snprintf(turn, sizeof turn, "%s/%c", turns, number);
        if (syscall(SYS_unlinkat, AT_FDCWD, turn, AT_REMOVEDIR) == 0) return 1;
    }
    return !turns[0];
}

/* 0: go on; else the call is to fail, or to die, with `act`. */
static int struck(const char *call, const char *path, int fd) {
    char whole[2 * PATH_MAX] = "";
    if (!under[0]) return 0;
    if (path && path[0] != '/') {
        if (!getcwd(whole, PATH_MAX)) return 0;
        size_t used = strlen(whole);
        snprintf(whole + used, sizeof whole - used, "/%s", path);
    } else if (path) {
        snprintf(whole, sizeof whole, "%s", path);
    } else {
        char link[64];
        snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
        ssize_t size = syscall(SYS_readlinkat, AT_FDCWD, link, whole, PATH_MAX - 1);
        if (size < 0) return 0;
        whole[size] = 0;
    }
    if (strncmp(whole, under, strlen(under)) || !named(whole)) return 0;
    long mine = __atomic_add_fetch(&seen, 1, __ATOMIC_SEQ_CST);
    int strike = at && (lasting ? mine >= at : mine == at) && has_turn();
    char line[2 * PATH_MAX + 64];
    int size = snprintf(line, sizeof line, "%d %ld %s%s %s\n", getpid(), mine, strike ? "!" : "",
                        call, whole);
    if (strike) snprintf(last, sizeof last, "%s %.*s", call, PATH_MAX, whole);
    if (logged[0]) {
        int log = syscall(SYS_openat, AT_FDCWD, logged, O_WRONLY | O_APPEND | O_CREAT, 0644);
        if (log >= 0) syscall(SYS_write, log, line, (size_t)size), syscall(SYS_close, log);
    }
    return strike ? act : 0;
}

static int fails(int how) {
    if (how < 0) syscall(SYS_kill, getpid(), SIGKILL), pause();
    errno = how;
    return -1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *what, size_t size) {
    int how = struck("write", 0, fd);
    if (how < 0) syscall(SYS_write, fd, what, size / 2);
    return how ? fails(how) : syscall(SYS_write, fd, what, size);
}

static ssize_t written_at(int fd, const void *what, size_t size, off64_t where) {
    int how = struck("pwrite", 0, fd);
    if (how < 0) syscall(SYS_pwrite64, fd, what, size / 2, where);
    return how ? fails(how) : syscall(SYS_pwrite64, fd, what, size, where);
}
ssize_t pwrite(int fd, const void *w, size_t n, off_t at) { return written_at(fd, w, n, at); }
ssize_t pwrite64(int fd, const void *w, size_t n, off64_t at) { return written_at(fd, w, n, at); }

#define ON_FD(name, more, less)                                     \
    int name(int fd more) {                                         \
        int how = struck(#name, 0, fd);                             \
        return how ? fails(how) : REAL(name)(fd less);              \
    }
#define ON_PATH(name, more, less)                                   \
    int name(const char *path more) {                               \
        int how = struck(#name, path, -1);                          \
        return how ? fails(how) : REAL(name)(path less);            \
    }
#define MORE(...) , __VA_ARGS__
ON_FD(fsync, , )
ON_FD(fdatasync, , )
ON_FD(ftruncate, MORE(off_t size), MORE(size))
ON_FD(ftruncate64, MORE(off64_t size), MORE(size))
ON_PATH(unlink, , )
ON_PATH(mkdir, MORE(mode_t mode), MORE(mode))

int rename(const char *from, const char *to) {
    int how = struck("rename", to, -1);
    return how ? fails(how) : REAL(rename)(from, to);
}

#define OPENING(name)                                               \
    int name(const char *path, int flags, ...) {                    \
        va_list rest;                                               \
        va_start(rest, flags);                                      \
        int mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, int) : 0; \
        va_end(rest);                                               \
        int how = flags & O_CREAT ? struck("create", path, -1) : 0; \
        return how ? fails(how) : REAL(name)(path, flags, mode);    \
    }
OPENING(open)
OPENING(open64)
