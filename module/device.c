// SPDX-License-Identifier: GPL-2.0
/* /dev/tcpstate: device.h is its contract. */
#include <linux/capability.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>

#include "capture.h"
#include "device.h"
#include "evidence.h"
#include "filter.h"
#include "params.h"
#include "rings.h"
#include "wait.h"

/* Bytes to deliver before looking whether somebody or something else waits */
#define DELIVER_BATCH (64 * TCPSTATE_RECORD_SIZE)

/* One open of the device. */
struct reader {
	struct mutex lock;	/* keeps threads that share the file apart */
	bool start;		/* the start record is still to be delivered */
	struct tcpstate_stream *stream;
	struct tcpstate_program *program;	/* of @stream; NULL: none */
	struct list_head list;	/* in readers */
	pid_t pid;		/* who opened it */
	char comm[TASK_COMM_LEN];
};

/* All of them, for tcpstate_device_show() */
static LIST_HEAD(readers);
static DEFINE_MUTEX(readers_lock);

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
			/* with set_mode() */
			.segments = READ_ONCE(tcpstate_segments),
			.missing = tcpstate_missing,
		},
	};
}

/* Word by word, which takes a third of copy_to_user()'s time. */
static bool put_record(char __user *buf, const union tcpstate_record *rec)
{
	u64 __user *words = (u64 __user *)buf;
	int i;

	if (!user_write_access_begin(buf, sizeof(*rec)))
		return false;
#pragma GCC unroll 16
	for (i = 0; i < TCPSTATE_RECORD_SIZE / 8; i++)
		unsafe_put_user(rec->words[i], &words[i], fault);
	user_write_access_end();
	return true;
fault:
	user_write_access_end();
	return false;
}

/* Return: 1 if the start record went to @buf, or -EFAULT. */
static noinline int deliver_start(struct reader *reader, char __user *buf)
{
	union tcpstate_record start;

	start_record(&start);
	if (!put_record(buf, &start))
		return -EFAULT;
	reader->start = false;
	return 1;
}

/* Return: 1 if a record went to @buf, 0 if there is none, or -EFAULT. */
static int deliver_one(struct reader *reader, char __user *buf)
{
	const union tcpstate_record *rec;

	lockdep_assert_held(&reader->lock);
	if (reader->start)
		return deliver_start(reader, buf);
	rec = tcpstate_stream_peek(reader->stream);
	if (!rec)
		return 0;
	if (!put_record(buf, rec))
		return -EFAULT;
	tcpstate_stream_pop(reader->stream);
	return 1;
}

/* Return: bytes delivered, 0 if there is no record, or an error. */
static ssize_t deliver(struct reader *reader, char __user *buf, size_t size)
{
	size_t done = 0;
	int ret = 0;

	might_fault();
	if (mutex_lock_interruptible(&reader->lock))
		return -ERESTARTSYS;
	while (size - done >= TCPSTATE_RECORD_SIZE) {
		ret = deliver_one(reader, buf + done);
		if (ret <= 0)
			break;
		done += TCPSTATE_RECORD_SIZE;
		if (done % DELIVER_BATCH)
			continue;
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
		ret = tcpstate_wait_sleep(reader->stream);
		if (ret)
			return ret;
	}
}

static bool is_readable(struct reader *reader)
{
	bool readable;

	/* Whoever polls sees to the signal. */
	if (mutex_lock_interruptible(&reader->lock))
		return false;
	readable = reader->start || tcpstate_stream_peek(reader->stream);
	mutex_unlock(&reader->lock);
	return readable;
}

static __poll_t device_poll(struct file *file, poll_table *table)
{
	struct reader *reader = file->private_data;
	__poll_t events;

	poll_wait(file, tcpstate_wait_queue(), table);
	events = is_readable(reader) ? EPOLLIN | EPOLLRDNORM : 0;
	/* Readable or not: with EPOLLET nobody asks again till it is woken. */
	tcpstate_wait_announce(reader->stream);
	return events;
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
		reader->start = true;
	} else {
		tcpstate_stream_skip(reader->stream);
	}
	mutex_unlock(&reader->lock);
	return 0;
}

static long set_filter(struct reader *reader, void __user *arg)
{
	struct tcpstate_wanted wanted = { .filter = tcpstate_filter_wants };
	struct tcpstate_filter filter;
	struct tcpstate_program *program;

	if (copy_from_user(&filter, arg, sizeof(filter)))
		return -EFAULT;
	program = tcpstate_filter_load(&filter);
	if (IS_ERR(program))
		return PTR_ERR(program);
	wanted.kinds = filter.kinds;
	wanted.arg = program;
	if (!program)
		wanted.filter = NULL;
	if (mutex_lock_interruptible(&reader->lock)) {
		tcpstate_filter_unload(program);
		return -ERESTARTSYS;
	}
	tcpstate_stream_want(reader->stream, &wanted);
	swap(reader->program, program);
	mutex_unlock(&reader->lock);
	tcpstate_filter_unload(program);
	return 0;
}

static long get_counters(struct reader *reader, void __user *arg)
{
	const struct tcpstate_stream *stream = reader->stream;
	struct tcpstate_counters sum = { 0 };
	unsigned int i;

	if (mutex_lock_interruptible(&reader->lock))
		return -ERESTARTSYS;
	for (i = 0; i < stream->nr; i++)
		tcpstate_cursor_count(&stream->cursors[i], &sum);
	mutex_unlock(&reader->lock);
	return copy_to_user(arg, &sum, sizeof(sum)) ? -EFAULT : 0;
}

static long device_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct reader *reader = file->private_data;

	switch (cmd) {
	case TCPSTATE_IOC_FILTER:
		return set_filter(reader, (void __user *)arg);
	case TCPSTATE_IOC_COUNTERS:
		return get_counters(reader, (void __user *)arg);
	default:
		return -ENOTTY;
	}
}

static void add_reader(struct reader *reader)
{
	reader->pid = task_tgid_nr(current);
	get_task_comm(reader->comm, current);
	mutex_lock(&readers_lock);
	list_add_tail(&reader->list, &readers);
	mutex_unlock(&readers_lock);
}

static void remove_reader(struct reader *reader)
{
	mutex_lock(&readers_lock);
	list_del(&reader->list);
	mutex_unlock(&readers_lock);
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
	add_reader(reader);
	file->private_data = reader;
	return 0;
}

static int device_release(struct inode *inode, struct file *file)
{
	struct reader *reader = file->private_data;

	remove_reader(reader);
	tcpstate_rings_close(reader->stream);
	tcpstate_filter_unload(reader->program);
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
	.unlocked_ioctl	= device_ioctl,
	.compat_ioctl	= compat_ptr_ioctl,
};

static void show_cursor(struct seq_file *m, const struct tcpstate_cursor *cur)
{
	struct tcpstate_counters sum = { 0 };

	tcpstate_cursor_count(cur, &sum);
	if (!sum.recorded)
		return;
	seq_printf(m, "reader-cpu %u recorded %llu delivered %llu filtered %llu lost %llu\n",
		   cur->cpu, sum.recorded, sum.delivered, sum.filtered,
		   sum.lost);
}

static void show_reader(struct seq_file *m, const struct reader *reader)
{
	const struct tcpstate_stream *stream = reader->stream;
	unsigned int i;

	seq_printf(m, "reader %d ", reader->pid);
	/* A process chooses its name. */
	seq_escape(m, reader->comm, "\n\\");
	seq_putc(m, '\n');
	for (i = 0; i < stream->nr; i++)
		show_cursor(m, &stream->cursors[i]);
}

/*
 * Without the readers' own locks, which they hold while they wait for their
 * pages: what is shown of one that is reading may be a little behind.
 */
void tcpstate_device_show(struct seq_file *m)
{
	const struct reader *reader;

	mutex_lock(&readers_lock);
	list_for_each_entry(reader, &readers, list)
		show_reader(m, reader);
	mutex_unlock(&readers_lock);
}

/*
 * Not for anybody to use: no other module that exports it can be loaded, and so no
 * copy of this one, whatever it is called.
 */
const char tcpstate_device_name[] = TCPSTATE_DEVICE;
EXPORT_SYMBOL_GPL(tcpstate_device_name);

static struct miscdevice device = {
	.minor	= MISC_DYNAMIC_MINOR,
	.name	= tcpstate_device_name,
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
