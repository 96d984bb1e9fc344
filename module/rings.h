/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The rings of this machine, one for each possible CPU, so that a CPU that
 * comes on line later has one.
 */
#ifndef _TCPSTATE_RINGS_H
#define _TCPSTATE_RINGS_H

#include "stream.h"

/**
 * tcpstate_rings_init() - allocate all rings, near their CPUs
 * @kb: size of each in KiB; a power of two
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int tcpstate_rings_init(unsigned int kb);

/**
 * tcpstate_rings_exit() - free all rings
 *
 * Context: process; there is no writer and no stream any more.
 */
void tcpstate_rings_exit(void);

/**
 * tcpstate_rings_start() - let writes through
 *
 * All hooks begin to record at one moment, so that no story lacks its middle.
 *
 * Context: process.
 */
void tcpstate_rings_start(void);

/**
 * tcpstate_rings_write() - record on this CPU and have sleepers woken
 * @rec: the record; seq, ts and cpu of its head are set here
 *
 * Before tcpstate_rings_start() it does nothing.
 *
 * Context: any but NMI.
 */
void tcpstate_rings_write(union tcpstate_record *rec);

/**
 * tcpstate_rings_of() - one CPU's ring
 * @cpu: a possible CPU
 *
 * Return: its ring.
 */
const struct tcpstate_ring *tcpstate_rings_of(unsigned int cpu);

/**
 * tcpstate_rings_open() - make a stream over all rings, at its start
 *
 * Context: process, may sleep.
 * Return: the stream, for tcpstate_rings_close(); NULL without memory.
 */
struct tcpstate_stream *tcpstate_rings_open(void);

/**
 * tcpstate_rings_close() - free a stream
 * @stream: from tcpstate_rings_open()
 *
 * Context: process, may sleep.
 */
void tcpstate_rings_close(struct tcpstate_stream *stream);

#endif /* _TCPSTATE_RINGS_H */
