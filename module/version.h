/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TCPSTATE_VERSION_H
#define TCPSTATE_VERSION_H

#define TCPSTATE_VERSION "0.1.0"

#endif /* TCPSTATE_VERSION_H */
