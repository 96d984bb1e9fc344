// SPDX-License-Identifier: GPL-2.0
#include "spool.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

void spool_begin(struct spool *spool)
{
	spool->file = tmpfile();
	if (!spool->file)
		err(EXIT_FAILURE, "a temporary file");
	/* It is not for a COMMAND, and tmpfile() has no word for that. */
	fcntl(fileno(spool->file), F_SETFD, FD_CLOEXEC);
	out_init(&spool->out, fileno(spool->file),
		 "a temporary file in " P_tmpdir);
}

void spool_check(const struct spool *spool, struct out *out)
{
	if (!spool->out.error || out->error)
		return;
	out->error = spool->out.error;
	out->name = spool->out.name;
}

void spool_end(struct spool *spool, struct out *out)
{
	char bytes[4096];
	size_t n;

	out_flush(&spool->out);
	rewind(spool->file);
	while ((n = fread(bytes, 1, sizeof(bytes), spool->file)))
		out_bytes(out, bytes, n);
	if (ferror(spool->file) && !spool->out.error)
		spool->out.error = EIO;
	spool_check(spool, out);
	fclose(spool->file);
}
