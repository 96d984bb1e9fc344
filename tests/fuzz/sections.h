/* SPDX-License-Identifier: GPL-2.0 */
/* For the reader's objects, before all else: see statics.h. */
#pragma clang section bss = "reader_bss" data = "reader_data"
