// SPDX-License-Identifier: GPL-2.0
/* Hooks on functions of the kernel: hooks.h explains them. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bits.h>
#include <linux/cache.h>
#include <linux/ftrace.h>
#include <linux/hash.h>
#include <linux/kprobes.h>

#include "accept.h"
#include "birth.h"
#include "compat.h"
#include "evidence.h"
#include "hooks.h"
#include "overflow.h"
#include "request.h"
#include "time_wait.h"
#include "uapi/tcpstate.h"

/**
 * struct hook - a function to be hooked
 * @id: enum tcpstate_hook
 * @symbol: its name
 * @other: how other kernels call it, or NULL
 * @handler: what is called at its entry
 */
struct hook {
	unsigned int id;
	const char *symbol;
	const char *other;
	void (*handler)(struct ftrace_regs *fregs);
};

static const struct hook hooks[] = {
	/* request.c */
	{ TCPSTATE_HOOK_SYN_RCVD, "tcp_v4_send_synack", NULL,
	  tcpstate_request_synack },
#if IS_ENABLED(CONFIG_IPV6)
	{ TCPSTATE_HOOK_SYN_RCVD, "tcp_v6_send_synack", NULL,
	  tcpstate_request_synack },
#endif
	{ TCPSTATE_HOOK_REQUEST_SEGMENT, "tcp_check_req", NULL,
	  tcpstate_request_segment },
	{ TCPSTATE_HOOK_REQUEST_SEGMENT, "tcp_req_err", NULL,
	  tcpstate_request_icmp },
	/* overflow.c */
	{ TCPSTATE_HOOK_QUEUES, "tcp_conn_request", NULL,
	  tcpstate_overflow_syn },
	/* birth.c */
	{ TCPSTATE_HOOK_CHILD, "inet_csk_clone_lock", NULL,
	  tcpstate_birth_clone },
	/* accept.c */
	{ TCPSTATE_HOOK_ACCEPT, "security_sock_graft", NULL,
	  tcpstate_accept_graft },
	/* evidence.c */
	{ TCPSTATE_HOOK_ARRIVAL, "tcp_rcv_state_process", NULL,
	  tcpstate_evidence_arrival },
	{ TCPSTATE_HOOK_RESET, "tcp_reset", NULL,
	  tcpstate_evidence_reset },
	{ TCPSTATE_HOOK_TIMER, "tcp_write_timer_handler", NULL,
	  tcpstate_evidence_timer },
	{ TCPSTATE_HOOK_TIMER, "tcp_retransmit_timer", NULL,
	  tcpstate_evidence_timer },
	{ TCPSTATE_HOOK_TIMER, "tcp_enter_loss", NULL,
	  tcpstate_evidence_loss },
	{ TCPSTATE_HOOK_KEEPALIVE, "tcp_keepalive_timer", NULL,
	  tcpstate_evidence_keepalive },
	{ TCPSTATE_HOOK_ABORT, "tcp_abort", NULL,
	  tcpstate_evidence_abort },
	/* time_wait.c */
	{ TCPSTATE_HOOK_TIME_WAIT, "tcp_time_wait", NULL,
	  tcpstate_time_wait_wanted },
	{ TCPSTATE_HOOK_TW_BEGIN, "inet_twsk_hashdance_schedule",
	  "inet_twsk_hashdance", tcpstate_time_wait_begin },
	{ TCPSTATE_HOOK_TW_SEGMENT, "tcp_timewait_state_process", NULL,
	  tcpstate_time_wait_segment },
	{ TCPSTATE_HOOK_TW_RESTART, "__inet_twsk_schedule", NULL,
	  tcpstate_time_wait_schedule },
	{ TCPSTATE_HOOK_TW_EARLY, "inet_twsk_deschedule_put", NULL,
	  tcpstate_time_wait_deschedule },
	{ TCPSTATE_HOOK_TW_END, "inet_twsk_kill", NULL,
	  tcpstate_time_wait_kill },
};

/* From addresses to handlers: open addressing, so empty that few look twice */
#define SLOT_BITS 8
#define SLOTS BIT(SLOT_BITS)

static_assert(ARRAY_SIZE(hooks) <= SLOTS / 8);

static struct slot {
	unsigned long address;
	void (*handler)(struct ftrace_regs *fregs);
} slots[SLOTS] __read_mostly;

/*
 * Not by slots[i], which costs a check at each: Debian's kernels of 7.2 have
 * CONFIG_UBSAN_BOUNDS.
 *
 * Return: where @address is, or else the free slot for it.
 */
static struct slot *find_slot(unsigned long address)
{
	struct slot *slot = slots + hash_long(address, SLOT_BITS);

	while (slot->address != address && slot->address)
		slot = slots + (slot - slots + 1) % SLOTS;
	return slot;
}

static void call_handler(unsigned long ip, unsigned long parent_ip,
			 struct ftrace_ops *ops, struct compat_regs *regs)
{
	const struct slot *slot = find_slot(ip);

	if (likely(slot->handler))
		slot->handler((struct ftrace_regs *)regs);
}

/*
 * Nothing guards against recursion, as no handler calls a hooked function.
 * PERMANENT: sysctl kernel.ftrace_enabled must not switch us off unnoticed.
 */
static struct ftrace_ops ops = {
	.func	= call_handler,
	.flags	= COMPAT_FTRACE_FLAGS,
};

/*
 * By a kprobe that is never armed.
 *
 * Return: the address as ftrace tells it, or 0.
 */
static unsigned long resolve(const char *symbol)
{
	static struct kprobe probe;
	unsigned long address;

	probe = (struct kprobe){
		.symbol_name	= symbol,
		.flags		= KPROBE_FLAG_DISABLED,
	};
	if (!symbol || register_kprobe(&probe))
		return 0;
	address = (unsigned long)probe.addr;
	unregister_kprobe(&probe);
	return address;
}

static void add(const struct hook *hook, unsigned long address)
{
	*find_slot(address) = (struct slot){ address, hook->handler };
}

/* Return: 0 if it will be hooked, or an error. */
static int place(const struct hook *hook)
{
	const unsigned long address = resolve(hook->symbol) ?:
				      resolve(hook->other);
	int err = -ENOENT;

	if (address)
		err = ftrace_set_filter_ip(&ops, address, 0, 0);
	if (!err)
		add(hook, address);
	return err;
}

static void do_without(const struct hook *hook)
{
	pr_warn("no hook on %s(): what it tells is unknown, or not recorded\n",
		hook->symbol);
	tcpstate_missing |= BIT(hook->id);
}

/* Return: how many will be hooked, or -ENOMEM: that is no lack of the kernel's. */
static int place_all(void)
{
	unsigned int i;
	int err, placed = 0;

	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		err = place(&hooks[i]);
		if (err == -ENOMEM)
			return err;
		if (err)
			do_without(&hooks[i]);
		else
			placed++;
	}
	return placed;
}

/* ftrace_free_filter() is not exported by all: this makes it an empty one. */
static void free_filter(void)
{
	ftrace_set_filter(&ops, NULL, 0, 1);
}

static bool registered;

int tcpstate_hooks_init(void)
{
	int err = place_all();

	/* Without a filter ftrace would take every function there is. */
	if (!err)
		return 0;
	if (err > 0)
		err = register_ftrace_function(&ops);
	if (err == -EBUSY)
		pr_err("ftrace is switched off: sysctl kernel.ftrace_enabled=1\n");
	if (err)
		free_filter();
	registered = !err;
	return err;
}

void tcpstate_hooks_exit(void)
{
	if (!registered)
		return;
	unregister_ftrace_function(&ops);
	free_filter();
}
