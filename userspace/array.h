/* SPDX-License-Identifier: GPL-2.0 */
/* Arrays.  There is no way back from having no memory: it ends the program. */
#ifndef TCPSTATE_ARRAY_H
#define TCPSTATE_ARRAY_H

#include <stddef.h>

/**
 * array_room - make room for one element more
 * @array: only ever grown by this; NULL if @count is 0
 * @count: how many elements it has
 * @size: of an element
 *
 * Return: the array, perhaps in another place; the new element is not zeroed.
 */
void *array_room(void *array, size_t count, size_t size);

/**
 * array_zeroed - make an array
 * @count: how many elements
 * @size: of an element
 *
 * Return: the array, all zero, to be freed even if @count is 0.
 */
void *array_zeroed(size_t count, size_t size);

#endif /* TCPSTATE_ARRAY_H */
