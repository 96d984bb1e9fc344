// SPDX-License-Identifier: GPL-2.0
#include "status.h"

#include <stdlib.h>
#include <string.h>

#include "array.h"

static bool take_globals(struct status *status, const char *line)
{
	return sscanf(line, "version %u", &status->version) == 1 ||
	       sscanf(line, "hooks %u missing %x", &status->hooks,
		      &status->missing) == 2 ||
	       sscanf(line, "missed %u", &status->missed) == 1;
}

static bool take_cpu(struct status *status, const char *line)
{
	struct status_cpu cpu = { 0 };

	if (sscanf(line,
		   "cpu %u recorded %llu transition %llu segment %llu note %llu",
		   &cpu.cpu, &cpu.recorded, &cpu.kinds[TCPSTATE_TRANSITION],
		   &cpu.kinds[TCPSTATE_SEGMENT],
		   &cpu.kinds[TCPSTATE_NOTE]) < 2)
		return false;
	status->cpus = array_room(status->cpus, status->cpu_count, sizeof(cpu));
	status->cpus[status->cpu_count++] = cpu;
	return true;
}

static bool take_reader(struct status *status, const char *line)
{
	struct status_reader reader = { 0 };

	/* A name may have blanks in it, or be empty. */
	if (sscanf(line, "reader %u%*1[ ]%63[^\n]", &reader.pid,
		   reader.comm) < 1)
		return false;
	status->readers = array_room(status->readers, status->reader_count,
				     sizeof(reader));
	status->readers[status->reader_count++] = reader;
	return true;
}

static bool take_reader_cpu(struct status *status, const char *line)
{
	struct tcpstate_counters counters, *sum;

	if (sscanf(line,
		   "reader-cpu %*u recorded %llu delivered %llu filtered %llu lost %llu",
		   &counters.recorded, &counters.delivered, &counters.filtered,
		   &counters.lost) != 4 || !status->reader_count)
		return false;
	sum = &status->readers[status->reader_count - 1].counters;
	sum->recorded += counters.recorded;
	sum->delivered += counters.delivered;
	sum->filtered += counters.filtered;
	sum->lost += counters.lost;
	return true;
}

bool status_read(struct status *status, FILE *file)
{
	char *line = NULL;
	size_t size = 0;

	memset(status, 0, sizeof(*status));
	while (getline(&line, &size, file) > 0)
		if (!take_globals(status, line) && !take_cpu(status, line) &&
		    !take_reader_cpu(status, line))
			take_reader(status, line);
	free(line);
	return status->version && !ferror(file);
}

__u64 status_pending(const struct tcpstate_counters *counters)
{
	__u64 past = counters->delivered + counters->filtered + counters->lost;

	return past < counters->recorded ? counters->recorded - past : 0;
}

void status_free(struct status *status)
{
	free(status->cpus);
	free(status->readers);
}
