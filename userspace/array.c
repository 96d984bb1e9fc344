// SPDX-License-Identifier: GPL-2.0
#include "array.h"

#include <err.h>
#include <stdlib.h>

void *array_room(void *array, size_t count, size_t size)
{
	/* It has been full at each power of two, and only there. */
	if (count & (count - 1))
		return array;
	array = reallocarray(array, count ? 2 * count : 1, size);
	if (!array)
		err(EXIT_FAILURE, "an array of %zu", count + 1);
	return array;
}

void *array_zeroed(size_t count, size_t size)
{
	void *array = calloc(count ? count : 1, size);

	if (!array)
		err(EXIT_FAILURE, "an array of %zu", count);
	return array;
}
