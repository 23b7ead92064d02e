/* Makes the disk fail: the k-th call that changes a file below a folder returns an error. Loaded by LD_PRELOAD. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static char folder[PATH_MAX]; /* empty: nothing is counted */
static long fatal, seen;
static int code, lasting;

/* From now on; `forever`: every later call fails too, as on a disk that stays full. */
void faults_arm(const char *path, long at, int error, int forever)
{
    strncpy(folder, path, sizeof folder - 1);
    fatal = at;
    code = error;
    lasting = forever;
    __atomic_store_n(&seen, 0, __ATOMIC_SEQ_CST);
}

long faults_seen(void)
{
    return __atomic_load_n(&seen, __ATOMIC_SEQ_CST);
}

static int fails(const char *path)
{
    if (!folder[0] || strncmp(path, folder, strlen(folder)))
        return 0;
    long now = __atomic_add_fetch(&seen, 1, __ATOMIC_SEQ_CST);
    if (now != fatal && !(lasting && now > fatal))
        return 0;
    errno = code;
    return 1;
}

static int file_fails(int file)
{
    char link[64], path[PATH_MAX];
    int before = errno;
    if (!folder[0])
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    errno = before;
    if (length < 0)
        return 0;
    path[length] = 0;
    return fails(path);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int file, const void *data, size_t n) { return file_fails(file) ? -1 : REAL(write)(file, data, n); }
ssize_t writev(int file, const struct iovec *data, int n) { return file_fails(file) ? -1 : REAL(writev)(file, data, n); }
ssize_t pwrite(int file, const void *data, size_t n, off_t at) { return file_fails(file) ? -1 : REAL(pwrite)(file, data, n, at); }
ssize_t pwrite64(int file, const void *data, size_t n, off64_t at) { return file_fails(file) ? -1 : REAL(pwrite64)(file, data, n, at); }
int fsync(int file) { return file_fails(file) ? -1 : REAL(fsync)(file); }
int fdatasync(int file) { return file_fails(file) ? -1 : REAL(fdatasync)(file); }
int ftruncate(int file, off_t length) { return file_fails(file) ? -1 : REAL(ftruncate)(file, length); }
int ftruncate64(int file, off64_t length) { return file_fails(file) ? -1 : REAL(ftruncate64)(file, length); }
int rename(const char *old, const char *new) { return fails(new) ? -1 : REAL(rename)(old, new); }
int renameat(int a, const char *old, int b, const char *new) { return fails(new) ? -1 : REAL(renameat)(a, old, b, new); }
