// SPDX-License-Identifier: GPL-2.0
#include "pcapng.h"

#include <string.h>

enum {
	BLOCK_SECTION	= 0x0a0d0d0a,
	BLOCK_INTERFACE	= 1,
	BLOCK_PACKET	= 6,
};

enum {
	OPTION_END	= 0,
	OPTION_COMMENT	= 1,
	OPTION_USERAPPL	= 4,	/* of a section */
	OPTION_NAME	= 2,	/* of an interface, like the next one */
	OPTION_TSRESOL	= 9,
	OPTION_FLAGS	= 2,	/* of a packet */
};

#define BYTE_ORDER_MAGIC	0x1a2b3c4d
#define LINKTYPE_RAW		101	/* IPv4 or IPv6 */
#define NANOSECONDS		9	/* 10 to the power -9 */
#define FLAG_INBOUND		1
#define FLAG_OUTBOUND		2

/* A block in the making: its length comes first, and once more at its end. */
struct block {
	__u32	len;
	__u8	bytes[4096];
};

static void put(struct block *block, const void *bytes, size_t len)
{
	memcpy(block->bytes + block->len, bytes, len);
	block->len += len;
}

static void put_16(struct block *block, __u16 value)
{
	put(block, &value, sizeof(value));
}

static void put_32(struct block *block, __u32 value)
{
	put(block, &value, sizeof(value));
}

static void put_padded(struct block *block, const void *bytes, size_t len)
{
	static const __u8 zero[3];

	put(block, bytes, len);
	put(block, zero, -len % 4);
}

static void put_option(struct block *block, __u16 code, const void *bytes,
		       __u16 len)
{
	put_16(block, code);
	put_16(block, len);
	put_padded(block, bytes, len);
}

static void begin(struct block *block, __u32 type)
{
	block->len = 0;
	put_32(block, type);
	put_32(block, 0);
}

static void end(struct block *block, struct out *out)
{
	__u32 len;

	put_32(block, OPTION_END);
	len = block->len + sizeof(len);
	memcpy(block->bytes + 4, &len, sizeof(len));
	put_32(block, len);
	out_bytes(out, block->bytes, len);
}

void pcapng_section(struct out *out, const char *application)
{
	static const __s64 unknown_length = -1;
	struct block block;

	begin(&block, BLOCK_SECTION);
	put_32(&block, BYTE_ORDER_MAGIC);
	put_16(&block, 1);		/* version 1.0 */
	put_16(&block, 0);
	put(&block, &unknown_length, sizeof(unknown_length));
	put_option(&block, OPTION_USERAPPL, application, strlen(application));
	end(&block, out);
}

void pcapng_interface(struct out *out, const char *name, __u32 snaplen)
{
	static const __u8 resolution = NANOSECONDS;
	struct block block;

	begin(&block, BLOCK_INTERFACE);
	put_16(&block, LINKTYPE_RAW);
	put_16(&block, 0);
	put_32(&block, snaplen);
	put_option(&block, OPTION_NAME, name, strlen(name));
	put_option(&block, OPTION_TSRESOL, &resolution, sizeof(resolution));
	end(&block, out);
}

void pcapng_packet(struct out *out, const struct pcapng_packet *packet)
{
	__u32 flags = packet->outbound ? FLAG_OUTBOUND : FLAG_INBOUND;
	struct block block;
	size_t i;

	begin(&block, BLOCK_PACKET);
	put_32(&block, packet->interface);
	put_32(&block, packet->ts >> 32);
	put_32(&block, packet->ts);
	put_32(&block, packet->captured);
	put_32(&block, packet->len);
	put_padded(&block, packet->bytes, packet->captured);
	put_option(&block, OPTION_FLAGS, &flags, sizeof(flags));
	for (i = 0; i < packet->comment_count; i++)
		put_option(&block, OPTION_COMMENT, packet->comments[i],
			   strlen(packet->comments[i]));
	end(&block, out);
}
