/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What module/ring.c and module/stream.c need of the kernel, in userspace.
 *
 * With SHIM_STEPS each marked access calls shim_step() behind it, which may
 * act as an interrupt or as another CPU at that very point.
 */
#ifndef _SHIM_COMPILER_H
#define _SHIM_COMPILER_H

#ifdef SHIM_STEPS
void shim_step(void);
#else
#define shim_step() do { } while (0)
#endif

#define READ_ONCE(x) ({							\
	__auto_type _value = __atomic_load_n(&(x), __ATOMIC_RELAXED);	\
	shim_step();							\
	_value;								\
})

#define WRITE_ONCE(x, value) do {					\
	__atomic_store_n(&(x), (value), __ATOMIC_RELAXED);		\
	shim_step();							\
} while (0)

#endif /* _SHIM_COMPILER_H */
