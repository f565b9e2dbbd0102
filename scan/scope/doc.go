// Package scope decides who may be scanned. It reads what people call a target,
// judges every address before anything is sent to it, and keeps the log of what
// was done.
//
// What is ours, or private and on a link of our own, may be asked without more
// ado. For anything else somebody has to say why he may: for one run, or once in
// the register of networks. Some addresses are never scanned, whoever says so.
package scope
