/* SPDX-License-Identifier: GPL-2.0 */
/* What we need of version 1 of qemu-plugin.h, which Debian does not have. */
#ifndef QEMU_H
#define QEMU_H

#include <stddef.h>

typedef unsigned long long u64;

struct qemu_plugin_tb;

typedef void qemu_plugin_trans_cb(u64 id, struct qemu_plugin_tb *tb);
typedef void qemu_plugin_exit_cb(u64 id, void *arg);

#define QEMU_PLUGIN_INLINE_ADD_U64 0

void qemu_plugin_register_vcpu_tb_trans_cb(u64 id, qemu_plugin_trans_cb *cb);
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *tb, int op,
					      void *ptr, u64 imm);
void qemu_plugin_register_atexit_cb(u64 id, qemu_plugin_exit_cb *cb, void *arg);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
u64 qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);

#endif
