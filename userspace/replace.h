/* SPDX-License-Identifier: GPL-2.0 */
/* A file that others read while it is written anew: they see all of it or none. */
#ifndef TCPSTATE_REPLACE_H
#define TCPSTATE_REPLACE_H

#include <stdbool.h>

#include "out.h"

/**
 * replace_file - write a file anew
 * @path: what it is called, or a link to it; in its directory there is a file
 *	".NAME.XXXXXX" meanwhile
 * @write: appends what is to be in it
 *
 * What is there and is no file, as a device, is written to as it is.
 *
 * Return: false after a line on stderr, and then the file is as it was.
 */
bool replace_file(const char *path, void (*write)(struct out *out));

/**
 * replace_try - see whether replace_file() could
 * @path: as there
 *
 * So that whoever collects what is to be written need not do so in vain.
 *
 * Return: false after a line on stderr.
 */
bool replace_try(const char *path);

#endif /* TCPSTATE_REPLACE_H */
