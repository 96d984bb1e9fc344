/* SPDX-License-Identifier: GPL-2.0 */
/* A file that others read while it is written anew: they see all of it or none. */
#ifndef TCPSTATE_REPLACE_H
#define TCPSTATE_REPLACE_H

#include <stdbool.h>

#include "out.h"

/**
 * replace_file - write a file anew
 * @path: what it is called; in its directory there is a file ".PATH.XXXXXX"
 *	meanwhile
 * @write: appends what is to be in it
 *
 * Return: false after a line on stderr, and then the file is as it was.
 */
bool replace_file(const char *path, void (*write)(struct out *out));

#endif /* TCPSTATE_REPLACE_H */
