/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_KCSAN_CHECKS_H
#define _SHIM_KCSAN_CHECKS_H

/* What is stored between them is marked here, see tests/tsan/ring.c. */
#define kcsan_nestable_atomic_begin() do { } while (0)
#define kcsan_nestable_atomic_end() do { } while (0)

#endif /* _SHIM_KCSAN_CHECKS_H */
