/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_BARRIER_H
#define _SHIM_BARRIER_H

#include <linux/compiler.h>

#define smp_mb() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define smp_rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define smp_load_acquire(p) __atomic_load_n((p), __ATOMIC_ACQUIRE)
#define smp_store_release(p, value) do {				\
	__atomic_store_n((p), (value), __ATOMIC_RELEASE);		\
	shim_step();							\
} while (0)

#endif /* _SHIM_BARRIER_H */
