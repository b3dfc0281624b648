/* For LD_PRELOAD on Linux: opening /dev/fd/N gives a duplicate of N, as on macOS. The two share one position in the file. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int numbered(const char *path) {
  char target[PATH_MAX];
  ssize_t length = readlink(path, target, sizeof target - 1);
  if (length > 0 && strncmp(path, "/dev/fd/", 8) != 0 && strncmp(path, "/proc/self/fd/", 14) != 0) {
    target[length] = 0;
    path = target;
  }
  int number;
  char rest;
  return sscanf(path, "/dev/fd/%d%c", &number, &rest) == 1 || sscanf(path, "/proc/self/fd/%d%c", &number, &rest) == 1
             ? number
             : -1;
}

#define OPEN(name)                                                          \
  int name(const char *path, int flags, ...) {                              \
    static int (*real)(const char *, int, ...);                             \
    if (!real) real = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, #name); \
    va_list rest;                                                           \
    va_start(rest, flags);                                                  \
    int mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, int) : 0;       \
    va_end(rest);                                                           \
    int number = numbered(path);                                            \
    return number < 0 ? real(path, flags, mode) : dup(number);              \
  }

OPEN(open)
OPEN(open64)
