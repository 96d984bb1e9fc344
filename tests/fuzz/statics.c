// SPDX-License-Identifier: GPL-2.0
#include "statics.h"

#include <stdlib.h>

/* There may be none. */
#pragma weak __start_reader_bss
#pragma weak __stop_reader_bss
#pragma weak __start_reader_data
#pragma weak __stop_reader_data

#define UNCHECKED __attribute__((no_sanitize("address")))

/* Between two statics there is what none may touch, hence no memcpy() here. */
UNCHECKED
static void copy(volatile unsigned long *to, const unsigned long *from,
		 size_t count)
{
	while (count--)
		to[count] = from ? from[count] : 0;
}

void statics_reset(void)
{
	static unsigned long *first;
	const size_t count = __stop_reader_data - __start_reader_data;

	if (first) {
		copy(__start_reader_data, first, count);
		copy(__start_reader_bss, NULL,
		     __stop_reader_bss - __start_reader_bss);
	} else {
		first = calloc(count, sizeof(*first));
		copy(first, __start_reader_data, count);
	}
}
