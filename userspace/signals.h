/* SPDX-License-Identifier: GPL-2.0 */
/* SIGINT and SIGTERM, as bytes of a pipe that poll(2) can wait for. */
#ifndef TCPSTATE_SIGNALS_H
#define TCPSTATE_SIGNALS_H

/* Whoever is in our process group, a COMMAND too, got this one as well. */
#define SIGNAL_FROM_TERMINAL 0

/**
 * signals_catch - make SIGINT and SIGTERM readable, ignore SIGPIPE
 *
 * A pipe rather than a flag, so that none is missed between looking and
 * waiting.  Only the first of each is caught: a second one kills, which helps
 * against an output that takes nothing.
 *
 * Return: a descriptor for poll(2) and signals_take(), or -1 with errno.
 */
int signals_catch(void);

/**
 * signals_take - take one that has come
 * @fd: from signals_catch(), and readable
 *
 * Return: its number, or SIGNAL_FROM_TERMINAL.
 */
int signals_take(int fd);

#endif /* TCPSTATE_SIGNALS_H */
