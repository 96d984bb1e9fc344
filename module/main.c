// SPDX-License-Identifier: GPL-2.0
/*
 * tcpstate: records what every TCP socket does, state by state.
 *
 *   uapi/tcpstate.h   the records: the contract with readers
 *   ring, stream      one CPU's ring; a reader's way through all of them
 *   rings, wait       this machine's rings; readers asleep
 *   event, edge       what any record, and that of an edge, says of a socket
 *   evidence, cause   what is going on; what made an edge
 *   hooks             on functions of the kernel: the table of them
 *   overflow          hooked: SYNs that find a listener's queue full
 *   request, birth    hooked: SYN_RCVD before and when a child is made
 *   accept            hooked: who accepts
 *   time_wait         hooked: the small sockets at the end
 *   transition        the tracepoint of state changes of full sockets
 *   lookup, segment   whom a segment is for; what is recorded of it
 *   capture           which segments are: netfilter
 *   device, filter    /dev/tcpstate; what a reader wants of it
 *   counters          /proc/tcpstate
 *   params, compat    module parameters; differences between kernels
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/init.h>
#include <linux/module.h>

#include "capture.h"
#include "counters.h"
#include "device.h"
#include "hooks.h"
#include "params.h"
#include "request.h"
#include "rings.h"
#include "transition.h"
#include "version.h"
#include "wait.h"

static int __init tcpstate_init(void)
{
	int err;

	err = tcpstate_rings_init(tcpstate_ring_kb);
	if (err)
		goto err_rings;
	tcpstate_wait_init();
	err = tcpstate_request_init();
	if (err)
		goto err_request;
	err = tcpstate_hooks_init();
	if (err)
		goto err_hooks;
	err = tcpstate_transition_init();
	if (err)
		goto err_transition;
	err = tcpstate_capture_init();
	if (err)
		goto err_capture;
	err = tcpstate_counters_init();
	if (err)
		goto err_counters;
	tcpstate_rings_start();
	/* Last: once it can be opened, loading must not fail any more. */
	err = tcpstate_device_init();
	if (err)
		goto err_device;
	return 0;

err_device:
	tcpstate_counters_exit();
err_counters:
	tcpstate_capture_exit();
err_capture:
	tcpstate_transition_exit();
err_transition:
	tcpstate_hooks_exit();
err_hooks:
	tcpstate_request_exit();
err_request:
	tcpstate_wait_exit();
	tcpstate_rings_exit();
err_rings:
	pr_err("not loaded: error %d\n", err);
	return err;
}

/* Nothing that a probe uses goes before the probe has stopped. */
static void __exit tcpstate_exit(void)
{
	tcpstate_device_exit();
	tcpstate_counters_exit();
	tcpstate_capture_exit();
	tcpstate_transition_exit();
	tcpstate_hooks_exit();
	tcpstate_request_exit();
	tcpstate_wait_exit();
	tcpstate_rings_exit();
}

module_init(tcpstate_init);
module_exit(tcpstate_exit);

MODULE_DESCRIPTION("Records TCP state transitions in /dev/tcpstate");
MODULE_AUTHOR("The tcpstate developers");
MODULE_LICENSE("GPL");
MODULE_VERSION(TCPSTATE_VERSION);
