// SPDX-License-Identifier: GPL-2.0
/*
 * The other end of a TCP connection, made by hand, that acts by a script:
 *
 *	peer DEVICE LOCAL REMOTE VERB...
 *
 * DEVICE is a TUN device that exists; LOCAL is an address behind it, which is
 * the peer's, and REMOTE the address of the kernel's end.  The peer answers
 * nothing by itself, retransmits nothing and forgets nothing:
 *
 *	peer tun0 10.8.0.2 10.8.0.1 to 33333 send SYN expect SYN,ACK send ACK
 *	peer tun0 10.8.0.2 10.8.0.1 expect SYN send SYN,ACK expect ACK \
 *		expect FIN,ACK send ACK ack=-1 send FIN,ACK ack=-1 expect ACK
 *
 * Verbs (the table at the end has all of them):
 *
 *	from PORT	of the peer, 44444 if not told
 *	to PORT		of the kernel's end; else that of the first segment
 *	isn NUMBER	the next sequence number; what came is forgotten: a new
 *			connection may begin
 *	send FLAGS [seq=N] [ack=N] [win=N] [len=N] [mss=N]
 *			N of seq and ack is added to what is due (snd_nxt and
 *			rcv_nxt): -1 is the one before.  A segment with seq is
 *			an old or early one: it does not advance snd_nxt
 *	expect FLAGS [seq=N] [ack=N] [len=N]
 *			the next segment has just these flags (PSH and ECN do
 *			not count) and numbers, which are those due if not told:
 *			seq=N and ack=N are added, "any" is any; len is 0
 *	drop FLAGS [len=N]
 *			the next segment has these flags, and is lost
 *	ignore-again	segments with nothing new are ignored from now on
 *	connect		send SYN, expect SYN,ACK, send ACK
 *	accept		expect SYN, send SYN,ACK, expect ACK
 *	quiet MS	nothing comes for so long
 *	silent MS	all that comes for so long is lost
 *	deaf FILE	all that comes is lost till FILE is there
 *	flood COUNT	SYNs from as many made-up addresses, of 198.18.0.0/15 or
 *			fd00:18::/64; what comes back meanwhile is lost
 *	timestamps TSVAL
 *			have them in all segments from now on, TSVAL in the next
 *	icmp TYPE CODE	an ICMP error about the segment that came last
 *	touch, await, sleep, fails, limit: see script/script.h
 *
 * A segment that is not expected is an error, also at the end: it is printed.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <arpa/inet.h>

#include "script/packet.h"
#include "script/script.h"

#define USUAL_MSS 1400
#define USUAL_WINDOW 65535

static int tun;
static struct path path;
static __u16 local_port = 44444, remote_port;
static __u32 snd_nxt = 1000000000, rcv_nxt;
static bool rcv_known;		/* a SYN has set rcv_nxt */
static bool ignore_again;
static __u32 tsval, tsecr;
static __u8 last_packet[PACKET_MAX];
static size_t last_count;

static const struct {
	const char *name;
	__u8 flag;
} flag_names[] = {
	{ "SYN", SYN }, { "FIN", FIN }, { "RST", RST }, { "ACK", ACK },
};

static const char *flags_text(__u8 flags)
{
	static char text[32];
	size_t i;

	*text = '\0';
	for (i = 0; i < ARRAY_SIZE(flag_names); i++) {
		if (!(flags & flag_names[i].flag))
			continue;
		if (*text)
			strcat(text, ",");
		strcat(text, flag_names[i].name);
	}
	return text;
}

static __u8 parse_flag(const char *name, size_t length)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(flag_names); i++)
		if (strlen(flag_names[i].name) == length &&
		    !strncmp(flag_names[i].name, name, length))
			return flag_names[i].flag;
	errx(EXIT_FAILURE, "'%.*s' is no flag", (int)length, name);
}

static __u8 parse_flags(const char *text)
{
	__u8 flags = 0;

	while (*text) {
		size_t length = strcspn(text, ",");

		flags |= parse_flag(text, length);
		text += length + (text[length] == ',');
	}
	return flags;
}

/* What of a segment is told by KEY=VALUE */
struct options {
	bool has_seq, any_seq, any_ack;
	__s32 seq, ack;
	size_t len;
	__u16 win, mss;
};

static __s32 parse_offset(const char *text)
{
	char *end;
	long offset = strtol(text, &end, 10);

	if (end == text || *end)
		errx(EXIT_FAILURE, "'%s' is no offset", text);
	return offset;
}

static void parse_option(struct options *options, const char *key,
			 size_t length, const char *value)
{
	bool any = !strcmp(value, "any");

	if (!strncmp(key, "seq", length)) {
		options->has_seq = true;
		options->any_seq = any;
		options->seq = any ? 0 : parse_offset(value);
	} else if (!strncmp(key, "ack", length)) {
		options->any_ack = any;
		options->ack = any ? 0 : parse_offset(value);
	} else if (!strncmp(key, "win", length)) {
		options->win = parse_number(value);
	} else if (!strncmp(key, "len", length)) {
		options->len = parse_number(value);
	} else if (!strncmp(key, "mss", length)) {
		options->mss = parse_number(value);
	} else {
		errx(EXIT_FAILURE, "'%s' is no option", key);
	}
}

static const struct options usual = { .win = USUAL_WINDOW, .mss = USUAL_MSS };

static struct options parse_options(char **words)
{
	struct options options = usual;

	for (; words < script_rest; words++) {
		const char *value = strchr(*words, '=');

		if (value - *words != 3)
			errx(EXIT_FAILURE, "'%s' is no option", *words);
		parse_option(&options, *words, value - *words, value + 1);
	}
	return options;
}

/* Wait up to @ms, -1 for ever.  Returns false if nothing came. */
static bool receive(struct segment *segment, int ms)
{
	struct pollfd pollfd = { .fd = tun, .events = POLLIN };
	ssize_t count;

	while (poll(&pollfd, 1, ms) > 0) {
		count = read(tun, last_packet, sizeof(last_packet));
		if (count < 0)
			err(EXIT_FAILURE, "read");
		last_count = count;
		/* The kernel sends other things, too: it looks for routers. */
		if (packet_parse(last_packet, count, &path, segment))
			return true;
	}
	return false;
}

static void print_segment(FILE *file, const char *what,
			  const struct segment *segment)
{
	fprintf(file, "%s: %s seq %+d ack %+d len %zu win %u", what,
		flags_text(segment->flags), (__s32)(segment->seq - rcv_nxt),
		(__s32)(segment->ack - snd_nxt), segment->len, segment->win);
	if (segment->tsval)
		fprintf(file, " ts %u %u", segment->tsval, segment->tsecr);
	fputc('\n', file);
}

static _Noreturn void wrong(const char *what, const struct segment *segment)
{
	print_segment(stderr, what, segment);
	exit(EXIT_FAILURE);
}

static bool is_again(const struct segment *segment)
{
	__u32 span = segment_span(segment);

	return rcv_known && span &&
	       (__s32)(segment->seq + span - rcv_nxt) <= 0;
}

/* The next segment of this connection, that is not to be ignored */
static void next_segment(struct segment *segment)
{
	do {
		receive(segment, -1);
		if (segment->dport != local_port)
			wrong("to another port", segment);
	} while (ignore_again && is_again(segment));
	if (!remote_port)
		remote_port = segment->sport;
	if (segment->sport != remote_port)
		wrong("from another port", segment);
}

static void check(const struct segment *segment, __u8 flags,
		  const struct options *options)
{
	if (segment->flags != flags)
		wrong("expected other flags, got", segment);
	if (segment->len != options->len)
		wrong("expected another length, got", segment);
	if (rcv_known && !options->any_seq &&
	    segment->seq != rcv_nxt + options->seq)
		wrong("expected another seq, got", segment);
	if (segment->flags & ACK && !options->any_ack &&
	    segment->ack != snd_nxt + options->ack)
		wrong("expected another ack, got", segment);
}

static void expect(__u8 flags, const struct options *options)
{
	struct segment segment;
	__u32 end;

	next_segment(&segment);
	check(&segment, flags, options);
	end = segment.seq + segment_span(&segment);
	if (!rcv_known || (__s32)(end - rcv_nxt) > 0)
		rcv_nxt = end;
	rcv_known = rcv_known || segment.flags & SYN;
	if (segment.tsval)
		tsecr = segment.tsval;
}

static int do_expect(char **arguments)
{
	struct options options = parse_options(arguments + 1);

	expect(parse_flags(*arguments), &options);
	return 0;
}

static int do_drop(char **arguments)
{
	struct options options = parse_options(arguments + 1);
	struct segment segment;

	options.any_seq = true;
	options.any_ack = true;
	next_segment(&segment);
	check(&segment, parse_flags(*arguments), &options);
	return 0;
}

static int transmit(const __u8 *packet, size_t count)
{
	return write(tun, packet, count) < 0 ? -errno : 0;
}

static int transmit_segment(const struct segment *segment)
{
	__u8 packet[PACKET_MAX];

	return transmit(packet, packet_build(packet, &path, segment));
}

static int emit(__u8 flags, const struct options *options)
{
	struct segment segment = {
		.sport = local_port,
		.dport = remote_port,
		.seq = snd_nxt + options->seq,
		.flags = flags,
		.win = options->win,
		.len = options->len,
	};

	if (segment.flags & ACK)
		segment.ack = rcv_nxt + options->ack;
	if (segment.flags & SYN)
		segment.mss = options->mss;
	if (tsval) {
		segment.tsval = tsval++;
		segment.tsecr = tsecr;
	}
	if (!options->has_seq)
		snd_nxt += segment_span(&segment);
	return transmit_segment(&segment);
}

static int do_send(char **arguments)
{
	struct options options = parse_options(arguments + 1);

	return emit(parse_flags(*arguments), &options);
}

static int do_connect(char **arguments)
{
	int error = emit(SYN, &usual);

	(void)arguments;
	if (error)
		return error;
	expect(SYN | ACK, &usual);
	return emit(ACK, &usual);
}

static int do_accept(char **arguments)
{
	int error;

	(void)arguments;
	expect(SYN, &usual);
	error = emit(SYN | ACK, &usual);
	if (error)
		return error;
	expect(ACK, &usual);
	return 0;
}

static int do_from(char **arguments)
{
	local_port = parse_number(*arguments);
	return 0;
}

static int do_to(char **arguments)
{
	remote_port = parse_number(*arguments);
	return 0;
}

static int do_isn(char **arguments)
{
	snd_nxt = parse_number(*arguments);
	rcv_known = false;
	return 0;
}

static int do_timestamps(char **arguments)
{
	tsval = parse_number(*arguments);
	return 0;
}

static int do_ignore_again(char **arguments)
{
	(void)arguments;
	ignore_again = true;
	return 0;
}

static int do_quiet(char **arguments)
{
	struct segment segment;

	if (receive(&segment, parse_number(*arguments)))
		wrong("expected nothing, got", &segment);
	return 0;
}

static unsigned long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int do_silent(char **arguments)
{
	unsigned long ms = parse_number(*arguments), begun = now_ms(), past;
	struct segment segment;

	alarm(0);
	while ((past = now_ms() - begun) < ms)
		receive(&segment, ms - past);
	return 0;
}

static int do_deaf(char **arguments)
{
	struct segment segment;

	while (access(*arguments, F_OK)) {
		if (errno != ENOENT)
			return -errno;
		receive(&segment, 5);
	}
	return 0;
}

static struct path made_up_path(__u32 number)
{
	struct path made_up = path;
	__u32 low = htonl(number);

	if (path.family == AF_INET) {
		low = htonl(0xc6120000 + number);	/* 198.18.0.0 */
		memcpy(&made_up.local, &low, sizeof(low));
	} else {
		inet_pton(AF_INET6, "fd00:18::", &made_up.local);
		memcpy(&made_up.local.s6_addr[12], &low, sizeof(low));
	}
	return made_up;
}

static int do_flood(char **arguments)
{
	unsigned long i, count = parse_number(*arguments);
	struct segment syn = {
		.dport = remote_port,
		.flags = SYN,
		.win = USUAL_WINDOW,
		.mss = USUAL_MSS,
	};
	__u8 packet[PACKET_MAX];
	struct segment ignored;
	int error = 0;

	for (i = 1; i <= count && !error; i++) {
		struct path made_up = made_up_path(i);

		syn.sport = 1024 + i % 60000;
		syn.seq = i * 1000;
		error = transmit(packet, packet_build(packet, &made_up, &syn));
		receive(&ignored, 0);
	}
	return error;
}

static int do_icmp(char **arguments)
{
	__u8 packet[PACKET_MAX];

	return transmit(packet,
			packet_build_icmp(packet, &path,
					  parse_number(arguments[0]),
					  parse_number(arguments[1]),
					  last_packet, last_count));
}

static const struct verb verbs[] = {
	{ "from", "PORT", do_from },
	{ "to", "PORT", do_to },
	{ "isn", "NUMBER", do_isn },
	{ "send", "FLAGS [KEY=VALUE...]", do_send },
	{ "expect", "FLAGS [KEY=VALUE...]", do_expect },
	{ "drop", "FLAGS [KEY=VALUE...]", do_drop },
	{ "ignore-again", "", do_ignore_again },
	{ "connect", "", do_connect },
	{ "accept", "", do_accept },
	{ "quiet", "MILLISECONDS", do_quiet },
	{ "silent", "MILLISECONDS", do_silent },
	{ "deaf", "FILE", do_deaf },
	{ "flood", "COUNT", do_flood },
	{ "timestamps", "TSVAL", do_timestamps },
	{ "icmp", "TYPE CODE", do_icmp },
	{}
};

/* Until then, the kernel loses what it sends: no queue is there yet. */
static void wait_until_running(struct ifreq *request)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		err(EXIT_FAILURE, "socket");
	while (!ioctl(fd, SIOCGIFFLAGS, request) &&
	       !(request->ifr_flags & IFF_RUNNING))
		sleep_ms(5);
	close(fd);
}

static void open_tun(const char *name)
{
	struct ifreq request = { .ifr_flags = IFF_TUN | IFF_NO_PI };

	tun = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
	if (tun < 0)
		err(EXIT_FAILURE, "/dev/net/tun");
	strncpy(request.ifr_name, name, IFNAMSIZ - 1);
	if (ioctl(tun, TUNSETIFF, &request))
		err(EXIT_FAILURE, "%s", name);
	wait_until_running(&request);
}

static void parse_path(const char *local, const char *remote)
{
	path.family = strchr(local, ':') ? AF_INET6 : AF_INET;
	if (inet_pton(path.family, local, &path.local) != 1 ||
	    inet_pton(path.family, remote, &path.remote) != 1)
		errx(EXIT_FAILURE, "%s and %s: not two addresses of a family",
		     local, remote);
}

int main(int argc, char **argv)
{
	struct segment segment;

	if (argc < 5)
		errx(EXIT_FAILURE, "peer DEVICE LOCAL REMOTE VERB...");
	open_tun(argv[1]);
	parse_path(argv[2], argv[3]);
	run_script(verbs, argv + 4);
	while (receive(&segment, 0))
		if (!(ignore_again && is_again(&segment)))
			wrong("nothing more is expected, got", &segment);
	return EXIT_SUCCESS;
}
