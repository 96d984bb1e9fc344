/* SPDX-License-Identifier: GPL-2.0 */
/*
 * /dev/tcpstate
 *
 * open   CAP_NET_ADMIN in the initial user namespace, or EPERM; the node is
 *        0600.  Each open has a stream of its own, which begins with a start
 *        record and the oldest record kept, and holds the module: rmmod is
 *        refused till the last close.
 * read   Whole records, as many as fit and are there; EINVAL if not one fits.
 *        Waits for the first, or EAGAIN with O_NONBLOCK, or EINTR on a signal
 *        (restarted if the handler asks for it).  After a fault in the
 *        caller's buffer the record that did not get through comes again.
 * poll   Readable when read would return something: what the filter does not
 *        let through wakes nobody more than once in TCPSTATE_WAIT_NS.
 * lseek  (0, SEEK_SET): the start record and the oldest record kept again.
 *        (0, SEEK_END): past all records made so far; a start record that was
 *        not yet read still comes first.  Else EINVAL.
 * ioctl  TCPSTATE_IOC_FILTER: what to deliver from now on, for this open only;
 *        TCPSTATE_IOC_COUNTERS: what became of the records.  The same for 32-bit
 *        processes.  Else ENOTTY.
 *
 * Threads that share an open file share its place.  One that sleeps in read or
 * poll while another seeks to the start sleeps on till the next record.
 */
#ifndef _TCPSTATE_DEVICE_H
#define _TCPSTATE_DEVICE_H

struct seq_file;

/* In /dev and in /proc */
extern const char tcpstate_device_name[];

/**
 * tcpstate_device_init() - make /dev/tcpstate
 *
 * Context: process.
 * Return: 0 or what misc_register() says.
 */
int tcpstate_device_init(void);

/**
 * tcpstate_device_exit() - take /dev/tcpstate away
 *
 * Context: process; nobody has it open (the module's reference count).
 */
void tcpstate_device_exit(void);

/**
 * tcpstate_device_show() - print who reads, and what became of the records
 * @m: what to print to: see counters.h
 *
 * Context: process, may sleep.
 */
void tcpstate_device_show(struct seq_file *m);

#endif /* _TCPSTATE_DEVICE_H */
