/* weights.bin as read-only data, aligned as net.h wants it (NET_ALIGNMENT). ELF, any CPU. */
    .section .rodata
    .balign 64
    .globl net_weights_bin
net_weights_bin:
    .incbin "weights.bin"
    .section .note.GNU-stack,"",%progbits
