// SPDX-License-Identifier: GPL-2.0
/* /dev/tcpstate: device.h is its contract. */
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>

#include "device.h"
#include "evidence.h"
#include "params.h"
#include "rings.h"
#include "wait.h"

/* One open of the device. */
struct reader {
	struct mutex lock;	/* keeps threads that share the file apart */
	bool start;		/* the start record is still to be delivered */
	struct tcpstate_stream *stream;
};

static void start_record(union tcpstate_record *rec)
{
	*rec = (union tcpstate_record) {
		.start = {
			.magic = TCPSTATE_MAGIC,
			.ts = ktime_get_ns(),
			.realtime = ktime_to_ns(ktime_mono_to_real(0)),
			.version = TCPSTATE_ABI_VERSION,
			.cpus = num_possible_cpus(),
			.kind = TCPSTATE_START,
			.record_size = TCPSTATE_RECORD_SIZE,
			.ring_kb = tcpstate_ring_kb,
			/* with segments_set() */
			.segments = READ_ONCE(tcpstate_segments),
			.missing = tcpstate_missing,
		},
	};
}

/* Return: 1 if a record went to @buf, 0 if there is none, or -EFAULT. */
static int deliver_one(struct reader *reader, char __user *buf)
{
	const union tcpstate_record *rec;
	union tcpstate_record start;

	lockdep_assert_held(&reader->lock);
	if (reader->start) {
		start_record(&start);
		rec = &start;
	} else {
		rec = tcpstate_stream_peek(reader->stream);
		if (!rec)
			return 0;
	}
	if (copy_to_user(buf, rec, sizeof(*rec)))
		return -EFAULT;
	if (reader->start)
		WRITE_ONCE(reader->start, false);	/* with device_poll() */
	else
		tcpstate_stream_pop(reader->stream);
	return 1;
}

/* Return: bytes delivered, 0 if there is no record, or an error. */
static ssize_t deliver(struct reader *reader, char __user *buf, size_t size)
{
	size_t done = 0;
	int ret = 0;

	if (mutex_lock_interruptible(&reader->lock))
		return -ERESTARTSYS;
	while (size - done >= TCPSTATE_RECORD_SIZE) {
		ret = deliver_one(reader, buf + done);
		if (ret <= 0)
			break;
		done += TCPSTATE_RECORD_SIZE;
		if (signal_pending(current))
			break;
		cond_resched();
	}
	mutex_unlock(&reader->lock);
	return done ?: ret;
}

static ssize_t device_read(struct file *file, char __user *buf, size_t size,
			   loff_t *ppos)
{
	struct reader *reader = file->private_data;
	ssize_t ret;

	if (size < TCPSTATE_RECORD_SIZE)
		return -EINVAL;
	for (;;) {
		ret = deliver(reader, buf, size);
		if (ret)
			return ret;
		if (file->f_flags & O_NONBLOCK)
			return -EAGAIN;
		/* Unlocked: another thread may read, poll or seek meanwhile. */
		ret = tcpstate_wait_pending(reader->stream);
		if (ret)
			return ret;
	}
}

static __poll_t device_poll(struct file *file, poll_table *table)
{
	struct reader *reader = file->private_data;

	/* READ_ONCE with the WRITE_ONCE()s of @start: no lock here */
	if (tcpstate_wait_poll(reader->stream, file, table) ||
	    READ_ONCE(reader->start))
		return EPOLLIN | EPOLLRDNORM;
	return 0;
}

static loff_t device_llseek(struct file *file, loff_t offset, int whence)
{
	struct reader *reader = file->private_data;

	if (offset || (whence != SEEK_SET && whence != SEEK_END))
		return -EINVAL;
	if (mutex_lock_interruptible(&reader->lock))
		return -ERESTARTSYS;
	if (whence == SEEK_SET) {
		tcpstate_stream_rewind(reader->stream);
		WRITE_ONCE(reader->start, true);	/* with device_poll() */
	} else {
		tcpstate_stream_skip(reader->stream);
	}
	mutex_unlock(&reader->lock);
	return 0;
}

static int device_open(struct inode *inode, struct file *file)
{
	struct reader *reader;

	/* The records tell of all users' sockets in all namespaces. */
	if (!capable(CAP_NET_ADMIN))
		return -EPERM;
	reader = kzalloc(sizeof(*reader), GFP_KERNEL);
	if (!reader)
		return -ENOMEM;
	reader->stream = tcpstate_rings_open();
	if (!reader->stream) {
		kfree(reader);
		return -ENOMEM;
	}
	mutex_init(&reader->lock);
	reader->start = true;
	file->private_data = reader;
	return 0;
}

static int device_release(struct inode *inode, struct file *file)
{
	struct reader *reader = file->private_data;

	tcpstate_rings_close(reader->stream);
	mutex_destroy(&reader->lock);
	kfree(reader);
	return 0;
}

static const struct file_operations device_fops = {
	.owner		= THIS_MODULE,	/* rmmod waits for the last close */
	.open		= device_open,
	.release	= device_release,
	.read		= device_read,
	.poll		= device_poll,
	.llseek		= device_llseek,
};

static struct miscdevice device = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= TCPSTATE_DEVICE,
	.mode	= 0600,
	.fops	= &device_fops,
};

int tcpstate_device_init(void)
{
	return misc_register(&device);
}

void tcpstate_device_exit(void)
{
	misc_deregister(&device);
}
