// SPDX-License-Identifier: GPL-2.0
/* A reader's filter program: filter.h explains it. */
#include <linux/err.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/kernel.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <net/net_namespace.h>

#include "filter.h"
#include "image.h"

struct tcpstate_program {
	struct bpf_prog *prog;
	struct sk_buff *skb;	/* its data is the image */
};

static struct sk_buff *make_skb(void)
{
	struct sk_buff *skb = alloc_skb(TCPSTATE_IMAGE_SIZE, GFP_KERNEL);

	if (!skb)
		return NULL;
	skb_put_zero(skb, TCPSTATE_IMAGE_SIZE);
	skb_reset_mac_header(skb);
	skb_reset_network_header(skb);
	/* It is there as long as the kernel is. */
	skb->dev = init_net.loopback_dev;
	return skb;
}

static int take_program(struct tcpstate_program *program,
			const struct tcpstate_filter *filter)
{
	struct sock_fprog fprog = {
		.len = filter->len,
		.filter = u64_to_user_ptr(filter->insns),
	};

	/* @len of fprog is shorter than that of @filter. */
	if (filter->len > BPF_MAXINSNS)
		return -EINVAL;
	return bpf_prog_create_from_user(&program->prog, &fprog, NULL, false);
}

struct tcpstate_program *
tcpstate_filter_load(const struct tcpstate_filter *filter)
{
	struct tcpstate_program *program;
	int err;

	if (!filter->len)
		return NULL;
	program = kzalloc(sizeof(*program), GFP_KERNEL);
	if (!program)
		return ERR_PTR(-ENOMEM);
	err = -ENOMEM;
	program->skb = make_skb();
	if (!program->skb)
		goto err_skb;
	err = take_program(program, filter);
	if (err)
		goto err_program;
	return program;

err_program:
	consume_skb(program->skb);
err_skb:
	kfree(program);
	return ERR_PTR(err);
}

void tcpstate_filter_unload(struct tcpstate_program *program)
{
	if (!program)
		return;
	bpf_prog_destroy(program->prog);
	consume_skb(program->skb);
	kfree(program);
}

bool tcpstate_filter_wants(void *arg, const union tcpstate_record *rec)
{
	struct tcpstate_program *program = arg;
	struct sk_buff *skb = program->skb;
	const int version = tcpstate_image(skb->data, rec);

	skb->protocol = version == 4 ? htons(ETH_P_IP) : htons(ETH_P_IPV6);
	return bpf_prog_run_clear_cb(program->prog, skb);
}
