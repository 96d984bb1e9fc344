/* SPDX-License-Identifier: GPL-2.0 */
/* What the module says of itself: /proc/tcpstate, see module/counters.h. */
#ifndef TCPSTATE_STATUS_H
#define TCPSTATE_STATUS_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <tcpstate.h>

/**
 * struct status_cpu - what a CPU recorded
 * @cpu: which
 * @recorded: how many records
 * @kinds: how many of each enum tcpstate_kind
 */
struct status_cpu {
	unsigned int	cpu;
	__u64		recorded;
	__u64		kinds[TCPSTATE_SOCKET + 1];
};

/**
 * struct status_reader - who has the device open
 * @pid: the process that opened it
 * @comm: its name, with escapes
 * @counters: what became of the records, all CPUs together
 */
struct status_reader {
	unsigned int		pid;
	char			comm[4 * TCPSTATE_COMM_LEN];
	struct tcpstate_counters counters;
};

/**
 * struct status - what the module says of itself
 * @version: TCPSTATE_ABI_VERSION
 * @hooks: how many it has
 * @missing: those that the kernel lacks, as in struct tcpstate_start
 * @missed: calls that a probe has missed
 * @cpus: those that have recorded
 * @cpu_count: how many
 * @readers: who reads
 * @reader_count: how many
 */
struct status {
	unsigned int		version;
	unsigned int		hooks;
	__u32			missing;
	unsigned int		missed;
	struct status_cpu	*cpus;
	size_t			cpu_count;
	struct status_reader	*readers;
	size_t			reader_count;
};

/**
 * status_read - read the counters file
 * @status: what to fill in
 * @file: open for reading
 *
 * Lines that are not known are passed over.
 *
 * Return: false if it has no version, or could not be read to its end.  What it
 * had is to be freed all the same.
 */
bool status_read(struct status *status, FILE *file);

/**
 * status_pending - how many records are still to come?
 * @counters: of a reader
 *
 * Return: how many; 0 where the numbers are of different moments, and it would
 * be less.
 */
__u64 status_pending(const struct tcpstate_counters *counters);

/**
 * status_free - free what status_read() made
 * @status: read
 */
void status_free(struct status *status);

#endif /* TCPSTATE_STATUS_H */
