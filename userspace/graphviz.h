/* SPDX-License-Identifier: GPL-2.0 */
/* Graphviz, which draws what is described to it. */
#ifndef TCPSTATE_GRAPHVIZ_H
#define TCPSTATE_GRAPHVIZ_H

#include <stdbool.h>

#include "out.h"

/**
 * graphviz_check - end the program with a line on stderr if it is not there
 */
void graphviz_check(void);

/**
 * graphviz_draw - have a graph drawn as SVG
 * @out: where the picture goes
 * @describe: appends the graph to an output, in the DOT language
 *
 * Return: false after a line on stderr.
 */
bool graphviz_draw(struct out *out, void (*describe)(struct out *out));

#endif /* TCPSTATE_GRAPHVIZ_H */
