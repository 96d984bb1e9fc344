/* SPDX-License-Identifier: GPL-2.0 */
/* SIGINT, SIGTERM and SIGHUP: the COMMAND's while it runs, else ours. */
#ifndef TCPSTATE_SIGNALS_H
#define TCPSTATE_SIGNALS_H

/**
 * signals_catch - make these readable, ignore SIGPIPE
 *
 * A SIGHUP that is ignored, as by nohup(1), is ignored still.
 *
 * They become bytes of a pipe rather than a flag, so that none is missed
 * between looking and waiting.  One that comes more than a second after the
 * first kills, which helps against an output that takes nothing; not so one
 * that comes sooner, as timeout(1) sends it to its child and to its group.
 *
 * Return: a descriptor for poll(2), or -1 with errno.
 */
int signals_catch(void);

/**
 * signals_pass_on - have those that come from now on sent to the COMMAND
 * @pidfd: its process; none is caught for us until that has ended
 *
 * This does not need us to be waiting for them: an output that takes nothing
 * does not keep them from it.  It has had those of the terminal already.
 */
void signals_pass_on(int pidfd);

#endif /* TCPSTATE_SIGNALS_H */
