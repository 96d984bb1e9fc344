/* SPDX-License-Identifier: GPL-2.0 */
#include <sched.h>
#define cpu_relax() sched_yield()	/* its writer may want this CPU */
