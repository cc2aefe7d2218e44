package main

import "testing"

func TestDistance_GoesOverTheFirstNumber(t *testing.T) {
	if n, err := distance("1/FFFFFFF0", "2/10"); err != nil || n != 32 {
		t.Errorf("%d %v, want 32 bytes", n, err)
	}
	for _, bad := range []position{"", "1", "x/1", "1/x"} {
		if _, err := distance("0/1", bad); err == nil {
			t.Errorf("%q was read as a position", bad)
		}
	}
}

func TestFullPagesIn_ReadsTheTotals(t *testing.T) {
	const stats = `WAL statistics between 0/1 and 0/2:
Type                                           N      (%)          Record size      (%)             FPI size      (%)        Combined size      (%)
----                                           -      ---          -----------      ---             --------      ---        -------------      ---
Heap                                         100 ( 50.00)                 9000 ( 90.00)                 8192 (100.00)                17192 ( 94.50)
                                        --------                      --------                      --------                      --------
Total                                        200                         10000 [54.97%]                 8192 [45.03%]                18192 [100%]
`
	if n, err := fullPagesIn(stats); err != nil || n != 8192 {
		t.Errorf("%d %v, want 8192", n, err)
	}
	if _, err := fullPagesIn("Heap 1 2 3 4\n"); err == nil {
		t.Error("no error where there are no totals")
	}
}
