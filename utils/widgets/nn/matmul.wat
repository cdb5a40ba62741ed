;; The matrix product under the networks in the page, in WebAssembly SIMD. scripts/build_wasm.py turns it into matmul.wasm.
;;
;; C[i, j] = bias[j] + sum over s and p of A_s[i, p] B[s * strip + p, j], all float32. A row of A is a window: it has `strips`
;; strips of `strip` numbers each, which lie `line` bytes apart. There are `lines` lines of `windows` windows; windows of a line
;; begin `across` bytes apart, lines `down` bytes. So a convolution reads its picture where it lies, without a copy of each window.
;; With one line, one strip and across = 4 * strip it is the product of two matrices.
;;
;; B lies in panels of 8 columns, row after row, one panel after the other; C row by row. Columns: a multiple of 8.
;; Eight columns of four windows grow together, in eight registers: each number of B is fetched once for four products.
;; Windows that are left over, as in each step of a recurrent layer, go alone: there the eight registers hold four sums of
;; each column, so that no addition waits for the one before.
(module
  (memory (export "memory") 1)
  (func (export "product")
    (param $a i32) (param $b i32) (param $c i32) (param $bias i32)
    (param $lines i32) (param $windows i32) (param $strips i32) (param $strip i32)
    (param $across i32) (param $down i32) (param $line i32) (param $columns i32)
    (local $column i32) (local $y i32) (local $left i32) (local $s i32) (local $p i32)
    (local $row i32) (local $window i32) (local $from i32) (local $panel i32) (local $to i32) (local $width i32)
    (local $two i32) (local $three i32)
    (local $c0 v128) (local $c1 v128) (local $c2 v128) (local $c3 v128)
    (local $c4 v128) (local $c5 v128) (local $c6 v128) (local $c7 v128)
    (local $b0 v128) (local $b1 v128) (local $x v128)
    (local.set $width (i32.shl (local.get $columns) (i32.const 2)))
    (local.set $two (i32.shl (local.get $across) (i32.const 1)))
    (local.set $three (i32.add (local.get $two) (local.get $across)))
    (loop $panels
      (local.set $row (local.get $a))
      (local.set $to (i32.add (local.get $c) (local.get $column)))
      (local.set $y (local.get $lines))
      (loop $each_line
        (local.set $window (local.get $row))
        (local.set $left (local.get $windows))
        (loop $each_window
          (local.set $c0 (v128.load (i32.add (local.get $bias) (local.get $column))))
          (local.set $c1 (v128.load offset=16 (i32.add (local.get $bias) (local.get $column))))
          (local.set $panel (local.get $b))
          (local.set $from (local.get $window))
          (local.set $s (local.get $strips))
          (if (i32.ge_u (local.get $left) (i32.const 4))
            (then
              (local.set $c2 (local.get $c0)) (local.set $c3 (local.get $c1))
              (local.set $c4 (local.get $c0)) (local.set $c5 (local.get $c1))
              (local.set $c6 (local.get $c0)) (local.set $c7 (local.get $c1))
              (loop $each_strip
                (local.set $p (local.get $strip))
                (loop $inner
                  (local.set $b0 (v128.load (local.get $panel)))
                  (local.set $b1 (v128.load offset=16 (local.get $panel)))
                  (local.set $x (v128.load32_splat (local.get $from)))
                  (local.set $c0 (f32x4.add (local.get $c0) (f32x4.mul (local.get $x) (local.get $b0))))
                  (local.set $c1 (f32x4.add (local.get $c1) (f32x4.mul (local.get $x) (local.get $b1))))
                  (local.set $x (v128.load32_splat (i32.add (local.get $from) (local.get $across))))
                  (local.set $c2 (f32x4.add (local.get $c2) (f32x4.mul (local.get $x) (local.get $b0))))
                  (local.set $c3 (f32x4.add (local.get $c3) (f32x4.mul (local.get $x) (local.get $b1))))
                  (local.set $x (v128.load32_splat (i32.add (local.get $from) (local.get $two))))
                  (local.set $c4 (f32x4.add (local.get $c4) (f32x4.mul (local.get $x) (local.get $b0))))
                  (local.set $c5 (f32x4.add (local.get $c5) (f32x4.mul (local.get $x) (local.get $b1))))
                  (local.set $x (v128.load32_splat (i32.add (local.get $from) (local.get $three))))
                  (local.set $c6 (f32x4.add (local.get $c6) (f32x4.mul (local.get $x) (local.get $b0))))
                  (local.set $c7 (f32x4.add (local.get $c7) (f32x4.mul (local.get $x) (local.get $b1))))
                  (local.set $from (i32.add (local.get $from) (i32.const 4)))
                  (local.set $panel (i32.add (local.get $panel) (i32.const 32)))
                  (br_if $inner (local.tee $p (i32.sub (local.get $p) (i32.const 1)))))
                ;; the next strip: back to the start of this one, and a line further
                (local.set $from (i32.add (local.get $from)
                  (i32.sub (local.get $line) (i32.shl (local.get $strip) (i32.const 2)))))
                (br_if $each_strip (local.tee $s (i32.sub (local.get $s) (i32.const 1)))))
              (v128.store (local.get $to) (local.get $c0))
              (v128.store offset=16 (local.get $to) (local.get $c1))
              (local.set $to (i32.add (local.get $to) (local.get $width)))
              (v128.store (local.get $to) (local.get $c2))
              (v128.store offset=16 (local.get $to) (local.get $c3))
              (local.set $to (i32.add (local.get $to) (local.get $width)))
              (v128.store (local.get $to) (local.get $c4))
              (v128.store offset=16 (local.get $to) (local.get $c5))
              (local.set $to (i32.add (local.get $to) (local.get $width)))
              (v128.store (local.get $to) (local.get $c6))
              (v128.store offset=16 (local.get $to) (local.get $c7))
              (local.set $window (i32.add (local.get $window) (i32.shl (local.get $across) (i32.const 2))))
              (local.set $left (i32.sub (local.get $left) (i32.const 4))))
            (else
              (local.set $c2 (v128.const i32x4 0 0 0 0)) (local.set $c3 (local.get $c2))
              (local.set $c4 (local.get $c2)) (local.set $c5 (local.get $c2))
              (local.set $c6 (local.get $c2)) (local.set $c7 (local.get $c2))
              (loop $each_strip
                (local.set $p (local.get $strip))
                (block $rest
                  (loop $fours
                    (br_if $rest (i32.lt_u (local.get $p) (i32.const 4)))
                    (local.set $x (v128.load32_splat (local.get $from)))
                    (local.set $c0 (f32x4.add (local.get $c0) (f32x4.mul (local.get $x) (v128.load (local.get $panel)))))
                    (local.set $c1 (f32x4.add (local.get $c1) (f32x4.mul (local.get $x) (v128.load offset=16 (local.get $panel)))))
                    (local.set $x (v128.load32_splat offset=4 (local.get $from)))
                    (local.set $c2 (f32x4.add (local.get $c2) (f32x4.mul (local.get $x) (v128.load offset=32 (local.get $panel)))))
                    (local.set $c3 (f32x4.add (local.get $c3) (f32x4.mul (local.get $x) (v128.load offset=48 (local.get $panel)))))
                    (local.set $x (v128.load32_splat offset=8 (local.get $from)))
                    (local.set $c4 (f32x4.add (local.get $c4) (f32x4.mul (local.get $x) (v128.load offset=64 (local.get $panel)))))
                    (local.set $c5 (f32x4.add (local.get $c5) (f32x4.mul (local.get $x) (v128.load offset=80 (local.get $panel)))))
                    (local.set $x (v128.load32_splat offset=12 (local.get $from)))
                    (local.set $c6 (f32x4.add (local.get $c6) (f32x4.mul (local.get $x) (v128.load offset=96 (local.get $panel)))))
                    (local.set $c7 (f32x4.add (local.get $c7) (f32x4.mul (local.get $x) (v128.load offset=112 (local.get $panel)))))
                    (local.set $from (i32.add (local.get $from) (i32.const 16)))
                    (local.set $panel (i32.add (local.get $panel) (i32.const 128)))
                    (local.set $p (i32.sub (local.get $p) (i32.const 4)))
                    (br $fours)))
                (block $done
                  (loop $ones
                    (br_if $done (i32.eqz (local.get $p)))
                    (local.set $x (v128.load32_splat (local.get $from)))
                    (local.set $c0 (f32x4.add (local.get $c0) (f32x4.mul (local.get $x) (v128.load (local.get $panel)))))
                    (local.set $c1 (f32x4.add (local.get $c1) (f32x4.mul (local.get $x) (v128.load offset=16 (local.get $panel)))))
                    (local.set $from (i32.add (local.get $from) (i32.const 4)))
                    (local.set $panel (i32.add (local.get $panel) (i32.const 32)))
                    (local.set $p (i32.sub (local.get $p) (i32.const 1)))
                    (br $ones)))
                (local.set $from (i32.add (local.get $from)
                  (i32.sub (local.get $line) (i32.shl (local.get $strip) (i32.const 2)))))
                (br_if $each_strip (local.tee $s (i32.sub (local.get $s) (i32.const 1)))))
              (v128.store (local.get $to)
                (f32x4.add (f32x4.add (local.get $c0) (local.get $c2)) (f32x4.add (local.get $c4) (local.get $c6))))
              (v128.store offset=16 (local.get $to)
                (f32x4.add (f32x4.add (local.get $c1) (local.get $c3)) (f32x4.add (local.get $c5) (local.get $c7))))
              (local.set $window (i32.add (local.get $window) (local.get $across)))
              (local.set $left (i32.sub (local.get $left) (i32.const 1)))))
          (local.set $to (i32.add (local.get $to) (local.get $width)))
          (br_if $each_window (local.get $left)))
        (local.set $row (i32.add (local.get $row) (local.get $down)))
        (br_if $each_line (local.tee $y (i32.sub (local.get $y) (i32.const 1)))))
      (local.set $b (local.get $panel)) ;; the last window has read the whole panel
      (local.set $column (i32.add (local.get $column) (i32.const 32)))
      (br_if $panels (i32.lt_u (local.get $column) (local.get $width))))))
