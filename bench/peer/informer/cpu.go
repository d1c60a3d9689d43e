package main

import (
	"log"
	"syscall"
)

// cpuMs is the processor time this process used, on all cores, in user and in kernel mode.
func cpuMs() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		log.Fatal(err)
	}
	micros := func(t syscall.Timeval) float64 { return float64(t.Sec)*1e6 + float64(t.Usec) }
	return (micros(usage.Utime) + micros(usage.Stime)) / 1000
}
