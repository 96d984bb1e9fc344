/* SPDX-License-Identifier: GPL-2.0 */
/*
 * /proc/tcpstate: what was recorded, and what became of it, in text.
 *
 *   version 2			TCPSTATE_ABI_VERSION
 *   hooks 17 missing 0x0	how many there are, bits of tcpstate_start.missing
 *   missed 0			calls that a probe has missed: perhaps edges
 *   cpu 0 recorded 1234 transition 500 segment 700 note 34
 *				since load, and of each kind
 *   reader 567 tcpstate	who has /dev/tcpstate open: process and name
 *   reader-cpu 0 recorded 1234 delivered 1000 filtered 200 lost 34
 *				of the last reader above
 *
 * A line for each CPU that has recorded and for each reader.  More lines, and
 * more words at the end of a line but a reader's, may follow.  For each
 * reader and CPU, recorded - delivered - filtered - lost is still to come; the
 * numbers are exact when nobody records or reads meanwhile.  What is filtered is
 * the sum of what is of no kind wanted, what the reader's program did not want,
 * and what it went past by lseek(2).  Settings are in
 * /sys/module/tcpstate/parameters.
 *
 * Like the device it is for CAP_NET_ADMIN: names of processes are in it.
 *
 * Rejected: sysfs, which is for one value a file; debugfs, which need not be
 * mounted nor in the kernel, and is closed under lockdown; an ioctl, which
 * cat(1) and awk(1) do not have.
 */
#ifndef _TCPSTATE_COUNTERS_H
#define _TCPSTATE_COUNTERS_H

/**
 * tcpstate_counters_init() - make /proc/tcpstate
 *
 * Context: process.
 * Return: 0 or -ENOMEM.
 */
int tcpstate_counters_init(void);

/**
 * tcpstate_counters_exit() - take /proc/tcpstate away
 *
 * Context: process, may sleep.
 */
void tcpstate_counters_exit(void);

#endif /* _TCPSTATE_COUNTERS_H */
