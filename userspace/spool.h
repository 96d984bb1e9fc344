/* SPDX-License-Identifier: GPL-2.0 */
/* Output that waits in a temporary file for what comes before it. */
#ifndef TCPSTATE_SPOOL_H
#define TCPSTATE_SPOOL_H

#include <stdio.h>

#include "out.h"

/**
 * struct spool - some of it
 * @out: where to append to
 * @file: the file
 */
struct spool {
	struct out	out;
	FILE		*file;
};

/**
 * spool_begin - begin to keep output
 * @spool: what to fill in
 */
void spool_begin(struct spool *spool);

/**
 * spool_check - pass on a fault so far
 * @spool: the spool
 * @out: a fault of the temporary file becomes one of this
 */
void spool_check(const struct spool *spool, struct out *out);

/**
 * spool_end - pass on all that was kept, and forget it
 * @spool: the spool
 * @out: where to; a fault of the temporary file becomes one of this
 */
void spool_end(struct spool *spool, struct out *out);

#endif /* TCPSTATE_SPOOL_H */
