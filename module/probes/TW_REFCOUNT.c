// SPDX-License-Identifier: GPL-2.0
/* tw_refcount, which is one more than there are, in place of tw_count */
#include <net/net_namespace.h>

unsigned int probe(struct inet_timewait_death_row *row);

unsigned int probe(struct inet_timewait_death_row *row)
{
	return refcount_read(&row->tw_refcount);
}
