/* A tight loop on one core. In: the core as argument; a line with seconds on stdin, again and again. Out: a line with how
 * many rounds of a fixed computation it made in that time, the longest time between two readings of the clock, and how much
 * of the time other programs had the core, ns. What a host takes from its guests is in the first two and not in the last. */
#define _GNU_SOURCE
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int64_t now(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int main(int count, char **arguments) {
  cpu_set_t cores;
  char line[64];
  volatile uint64_t kept = 88172645463325252u;
  if (count != 2) return 2;
  CPU_ZERO(&cores);
  CPU_SET(atoi(arguments[1]), &cores);
  if (sched_setaffinity(0, sizeof cores, &cores) != 0) {
    perror("sched_setaffinity");
    return 1;
  }
  while (fgets(line, sizeof line, stdin) != NULL) {
    int64_t used = now(CLOCK_THREAD_CPUTIME_ID);
    int64_t begin = now(CLOCK_MONOTONIC);
    int64_t before = begin;
    int64_t end = begin + (int64_t)(atof(line) * 1e9);
    int64_t longest = 0;
    uint64_t rounds = 0;
    uint64_t state = kept;
    while (before < end) {
      for (int step = 0; step < 256; step += 1) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
      }
      int64_t after = now(CLOCK_MONOTONIC);
      if (after - before > longest) longest = after - before;
      before = after;
      rounds += 1;
    }
    kept = state;
    int64_t aside = before - begin - (now(CLOCK_THREAD_CPUTIME_ID) - used);
    printf("%llu %lld %lld\n", (unsigned long long)rounds, (long long)longest, (long long)aside);
    fflush(stdout);
  }
  return 0;
}
