/* A program that computes on some threads and counts what it gets done. In: how many threads, and on how many of the cores that it
 * may use (0: all, thread by thread in turn); a line with seconds on stdin, again and again, 0 for without an end. Out: a line with
 * its rounds, the CPU time and the time on the clock that all threads together took for them. Its functions call each other
 * to depths that vary, through some thousand different stacks. */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { most_threads = 256, most_depth = 24 };

struct work {
  pthread_t thread;
  int core;
  double seconds;
  uint64_t seed;
  uint64_t rounds;
  double cpu_seconds;
  double wall_seconds;
};

static struct work works[most_threads];
static pthread_barrier_t begin;
static pthread_barrier_t done;

static double clock_seconds(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

__attribute__((noinline)) static uint64_t leaf(uint64_t state) {
  for (int step = 0; step < 20000; step += 1) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
  }
  return state;
}

static uint64_t down(uint64_t state, uint64_t path, int depth);

#define BRANCH(name)                                                                       \
  __attribute__((noinline)) static uint64_t name(uint64_t state, uint64_t path, int depth) { \
    uint64_t result = down(state + 1, path >> 2, depth - 1);                               \
    return result ^ (result >> 3);                                                         \
  }
BRANCH(assemble)
BRANCH(exchange)
BRANCH(precondition)
BRANCH(update)

__attribute__((noinline)) static uint64_t down(uint64_t state, uint64_t path, int depth) {
  if (depth <= 0) return leaf(state);
  switch (path & 3) {
    case 0: return assemble(state, path, depth) + 1;
    case 1: return exchange(state, path, depth) + 2;
    case 2: return precondition(state, path, depth) + 3;
    default: return update(state, path, depth) + 4;
  }
}

static void count(struct work *work) {
  double began = clock_seconds(CLOCK_MONOTONIC);
  double cpu_began = clock_seconds(CLOCK_THREAD_CPUTIME_ID);
  uint64_t state = work->seed;
  work->rounds = 0;
  do {
    uint64_t path = (state >> 20) % 1000;
    state = down(state, path * 2654435761u, 4 + (int)(path % (most_depth - 4)));
    work->rounds += 1;
  } while (work->seconds == 0 || clock_seconds(CLOCK_MONOTONIC) - began < work->seconds);
  work->seed = state | 1;
  work->cpu_seconds = clock_seconds(CLOCK_THREAD_CPUTIME_ID) - cpu_began;
  work->wall_seconds = clock_seconds(CLOCK_MONOTONIC) - began;
}

/* It lives as long as the program: perf does not begin when a thread goes away under its hands. */
static void *run(void *given) {
  struct work *work = given;
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(work->core, &cores);
  sched_setaffinity(0, sizeof cores, &cores);
  for (;;) {
    pthread_barrier_wait(&begin);
    count(work);
    pthread_barrier_wait(&done);
  }
  return NULL;
}

int main(int count, char **arguments) {
  cpu_set_t allowed;
  char line[64];
  int cores[CPU_SETSIZE];
  int known = 0;
  if (count != 3 || sched_getaffinity(0, sizeof allowed, &allowed) != 0) return 2;
  int threads = atoi(arguments[1]);
  for (int core = 0; core < CPU_SETSIZE; core += 1)
    if (CPU_ISSET(core, &allowed)) cores[known++] = core;
  int used = atoi(arguments[2]);
  if (used < 1 || used > known) used = known;
  if (threads < 1 || threads > most_threads) return 2;
  pthread_barrier_init(&begin, NULL, (unsigned)threads + 1);
  pthread_barrier_init(&done, NULL, (unsigned)threads + 1);
  for (int at = 0; at < threads; at += 1) {
    works[at].seed = 88172645463325252u + (uint64_t)at * 7919;
    works[at].core = cores[at % used];
    pthread_create(&works[at].thread, NULL, run, &works[at]);
  }
  while (fgets(line, sizeof line, stdin) != NULL) {
    uint64_t rounds = 0;
    double cpu = 0;
    double wall = 0;
    for (int at = 0; at < threads; at += 1) works[at].seconds = atof(line);
    pthread_barrier_wait(&begin);
    pthread_barrier_wait(&done);
    for (int at = 0; at < threads; at += 1) {
      rounds += works[at].rounds;
      cpu += works[at].cpu_seconds;
      wall += works[at].wall_seconds;
    }
    printf("%llu %.9f %.9f\n", (unsigned long long)rounds, cpu, wall);
    fflush(stdout);
  }
  return 0;
}
