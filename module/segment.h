/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Segments: netfilter's LOCAL_IN and LOCAL_OUT, IPv4 and IPv6, in every
 * network namespace.
 *
 * A segment is recorded as TCP has it: on the way in last of all hooks, so
 * what a firewall drops is not there and addresses are translated already; on
 * the way out first of all, as TCP sent it.
 *
 * segments=control records
 * - what carries SYN, FIN or RST;
 * - what completes an edge, at both ends: the first segment behind a SYN that
 *   was acknowledged; the ACK of a FIN;
 * - ACKs that arrive or leave while the socket is in no data state, which are
 *   all but ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2 and CLOSE_WAIT: data flows in
 *   these four, in one direction or both (RFC 9293 section 3.10).
 * Data in a data state, and ACKs of data, are left out.  Some that should be
 * there is left out, too:
 * - a segment with data that arrives while skb->sk is not set (on loopback, for
 *   a listener or nobody, or with early demux off), though it may complete an
 *   edge or be what is answered by a reset: a lookup for each of them would
 *   cost more than the hook itself;
 * - an ACK of a FIN that leaves along with data;
 * - the ACK behind a SYN that had data (Fast Open), as it leaves.
 *
 * A VRF device passes what goes out through LOCAL_OUT once more, before the
 * regular time: that pass is left out.  With a qdisc other than the default on
 * it, the other pass comes later, and what goes out by IPv4 is recorded twice.
 * IPVS has what it forwards pass there as well, with other addresses, be it
 * somebody else's or what was sent here before: all that is left out, too; and so
 * is what a device of ipvlan in one of its modes of L3 has pass in another namespace.
 * What TEE copies is not told from what is sent here.
 *
 * Fragments (IPv6; IPv4's are put together before LOCAL_IN) are left out but
 * for the first, and of that the length is the fragment's.  Segments with a
 * header that TCP will drop as malformed are left out.
 */
#ifndef _TCPSTATE_SEGMENT_H
#define _TCPSTATE_SEGMENT_H

#include <linux/compiler.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>

/* Of tcp_flag_word(), of which the data offset is never 0 */
#define TCPSTATE_EDGE_FLAGS (TCP_FLAG_SYN | TCP_FLAG_FIN | TCP_FLAG_RST)
#define TCPSTATE_ANY_FLAGS (~(__force __be32)0)

/*
 * Segments with any of these are recorded in any case.  With segments=none there
 * is nobody to read it; capture.c changes it at any time: READ_ONCE().
 */
extern __be32 tcpstate_segment_mask;

/* Netfilter's hooks, for capture.c.  Context: as theirs.  Return: NF_ACCEPT. */
unsigned int tcpstate_segment_in4(void *priv, struct sk_buff *skb,
				  const struct nf_hook_state *state);
unsigned int tcpstate_segment_out4(void *priv, struct sk_buff *skb,
				   const struct nf_hook_state *state);
unsigned int tcpstate_segment_in6(void *priv, struct sk_buff *skb,
				  const struct nf_hook_state *state);
unsigned int tcpstate_segment_out6(void *priv, struct sk_buff *skb,
				   const struct nf_hook_state *state);

#endif /* _TCPSTATE_SEGMENT_H */
