/* A disk on which making something durable takes 5 ms more. scripts/bench
 * compiles it, and the benchmark loads it in front of libc (LD_PRELOAD). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <time.h>

static int after_a_while(const char *name, int file)
{
	const struct timespec while_ = { 0, 5 * 1000 * 1000 };
	int (*next)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);

	nanosleep(&while_, NULL);
	if (next == NULL) {
		errno = ENOSYS;
		return -1;
	}
	return next(file);
}

int fsync(int file)
{
	return after_a_while("fsync", file);
}

int fdatasync(int file)
{
	return after_a_while("fdatasync", file);
}
