package load

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// clockTick is the unit of CPU time in /proc, which is the same on every Linux that
// Go runs on (USER_HZ).
const clockTick = 10 * time.Millisecond

// processCPU is the CPU time that a process has used (proc(5), stat), in steps
// of clockTick.
func processCPU(pid int) (time.Duration, error) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, fmt.Errorf("load: the server is gone: %w", err)
	}
	// The name, in parentheses, may hold anything; utime and stime are the
	// twelfth and thirteenth field behind it.
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(fields) < 13 {
		return 0, fmt.Errorf("load: /proc/%d/stat has %d fields", pid, len(fields))
	}
	var sum time.Duration
	for _, field := range fields[11:13] {
		n, err := strconv.ParseInt(string(field), 10, 64)
		if err != nil {
			return 0, fmt.Errorf("load: /proc/%d/stat: %w", pid, err)
		}
		sum += time.Duration(n) * clockTick
	}
	return sum, nil
}

// ResidentMemory is how many bytes of a process are in memory (proc(5), statm).
func ResidentMemory(pid int) (int, error) {
	statm, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0, fmt.Errorf("load: the server is gone: %w", err)
	}
	var size, resident int
	if _, err := fmt.Sscan(string(statm), &size, &resident); err != nil {
		return 0, fmt.Errorf("load: /proc/%d/statm: %w", pid, err)
	}
	return resident * os.Getpagesize(), nil
}

// ownCPU is the CPU time that this process has used.
func ownCPU() (time.Duration, error) {
	var usage unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &usage); err != nil {
		return 0, fmt.Errorf("load: getrusage: %w", err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()), nil
}

// machineCPU is the CPU time that all programs of the machine have used, and
// what its host took away (proc(5), stat), without idling and interrupts.
func machineCPU() (time.Duration, error) {
	stat, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, fmt.Errorf("load: %w", err)
	}
	var name string
	var user, nice, system, idle, wait, irq, softirq, steal int64
	if _, err := fmt.Sscan(string(stat), &name, &user, &nice, &system, &idle, &wait, &irq, &softirq, &steal); err != nil {
		return 0, fmt.Errorf("load: /proc/stat: %w", err)
	}
	return time.Duration(user+nice+system+steal) * clockTick, nil
}
