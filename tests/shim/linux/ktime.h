/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _SHIM_KTIME_H
#define _SHIM_KTIME_H

#include <linux/types.h>

/* The test's own: a real clock or one that it turns by hand. */
u64 ktime_get_ns(void);

#endif /* _SHIM_KTIME_H */
