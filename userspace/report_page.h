/* SPDX-License-Identifier: GPL-2.0 */
/* The page of view_report.c without its data, as the Makefile puts it together. */
#ifndef TCPSTATE_REPORT_PAGE_H
#define TCPSTATE_REPORT_PAGE_H

/* Named by ld after report.html */
extern const char _binary_report_html_start[];
extern const char _binary_report_html_end[];

#endif /* TCPSTATE_REPORT_PAGE_H */
