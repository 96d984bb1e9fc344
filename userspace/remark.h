/* SPDX-License-Identifier: GPL-2.0 */
/* Lines in between, which begin with --: what makes a trace less than whole. */
#ifndef TCPSTATE_REMARK_H
#define TCPSTATE_REMARK_H

#include "view.h"

/**
 * remark_start - say if another trace begins, or what the kernel lacks
 * @display: where
 * @start: the start record, by which @display has been set
 */
void remark_start(struct display *display, const struct tcpstate_start *start);

/**
 * remark_lost - say that records are lost
 * @display: where
 * @lost: which
 */
void remark_lost(struct display *display, const struct tcpstate_lost *lost);

#endif /* TCPSTATE_REMARK_H */
