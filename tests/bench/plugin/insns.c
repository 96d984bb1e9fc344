// SPDX-License-Identifier: GPL-2.0
/*
 * A plugin of QEMU's (-plugin insns.so,out=FILE) that counts the instructions which
 * the guest executes where Linux has its modules, on all CPUs: when the VM ends, a
 * line "PAGE COUNT" in FILE for each page, in hexadecimal and decimal.  A block of
 * instructions that is left in its middle counts as a whole.  CPUs must run in turn.
 */
#include <stdio.h>
#include <string.h>

#include "qemu.h"

#define PAGE_BITS 12
#define PAGES (1 << (30 - PAGE_BITS))
#define MODULES 0xffffffffc0000000ULL

int qemu_plugin_version = 1;

static u64 counts[PAGES];
static char path[4096];

static void translated(u64 id, struct qemu_plugin_tb *tb)
{
	const u64 at = qemu_plugin_tb_vaddr(tb);

	(void)id;
	if (at < MODULES)
		return;
	qemu_plugin_register_vcpu_tb_exec_inline(tb, QEMU_PLUGIN_INLINE_ADD_U64,
						 &counts[(at - MODULES) >> PAGE_BITS],
						 qemu_plugin_tb_n_insns(tb));
}

static void write_counts(u64 id, void *arg)
{
	FILE *file = fopen(path, "w");
	u64 i;

	(void)id;
	(void)arg;
	if (!file)
		return;
	for (i = 0; i < PAGES; i++)
		if (counts[i])
			fprintf(file, "%llx %llu\n",
				MODULES + (i << PAGE_BITS), counts[i]);
	fclose(file);
}

int qemu_plugin_install(u64 id, const void *info, int argc, char *argv[])
{
	(void)info;
	if (argc != 1 || strncmp(argv[0], "out=", 4))
		return 1;
	snprintf(path, sizeof(path), "%s", argv[0] + 4);
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	qemu_plugin_register_atexit_cb(id, write_counts, NULL);
	return 0;
}
