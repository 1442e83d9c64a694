// The layouts of libc++'s std::string that this machine's libc++ need not have: those from LLVM 15 on,
// and the alternate one of before. Each namespace stands for a version.
#define TEXT "{\"k\":[1],\"long\":\"long enough\"}"
typedef unsigned long size_type;

namespace std {
template <typename T, int I> struct __compressed_pair_elem {
    T __value_;
};
template <typename T> struct __compressed_pair : __compressed_pair_elem<T, 0> {};

namespace __15 {
template <typename C> struct basic_string {
    struct __long {
        struct __attribute__((packed)) {
            size_type __is_long_ : 1;
            size_type __cap_ : 63;
        };
        size_type __size_;
        const C *__data_;
    };
    struct __short {
        struct __attribute__((packed)) {
            unsigned char __is_long_ : 1;
            unsigned char __size_ : 7;
        };
        char __padding_[sizeof(C) - 1];
        C __data_[23 / sizeof(C)];
    };
    struct __rep {
        union {
            __short __s;
            __long __l;
        };
    };
    __compressed_pair<__rep> __r_;
};
}

namespace __19 {
template <typename C> struct basic_string {
    typename __15::basic_string<C>::__rep __rep_;
};
template <typename T> struct unique_ptr {
    T *__ptr_;
};
}

namespace __alternate {
template <typename C> struct basic_string {
    struct __long {
        const C *__data_;
        size_type __size_;
        size_type __cap_;
    };
    struct __short {
        C __data_[23 / sizeof(C)];
        unsigned char __size_;
    };
    struct __rep {
        union {
            __long __l;
            __short __s;
        };
    };
    __compressed_pair<__rep> __r_;
};
}

namespace __future {
template <typename C> struct basic_string {
    C *begin_;
    long count_;
};
}
}

std::__15::basic_string<char> long_15, short_15;
std::__15::basic_string<char32_t> wide_15;
std::__19::basic_string<char> long_19, short_19;
std::__19::unique_ptr<std::__19::basic_string<char>> unique_19;
std::__alternate::basic_string<char> long_alternate, short_alternate;
std::__future::basic_string<char> unknown;

template <typename R> static void hold(R &rep, const char *text, size_type size)
{
    rep.__l.__data_ = text;
    rep.__l.__size_ = size;
}

template <typename R> static void hold_inside(R &rep, const char *text, unsigned char size)
{
    for (int i = 0; i < size; ++i)
        rep.__s.__data_[i] = static_cast<unsigned char>(text[i]);
    rep.__s.__size_ = size;
}

int main()
{
    hold(long_15.__r_.__value_, TEXT, sizeof TEXT - 1);
    long_15.__r_.__value_.__l.__is_long_ = 1;
    long_15.__r_.__value_.__l.__cap_ = 24;
    hold_inside(short_15.__r_.__value_, "[1]", 3);
    hold_inside(wide_15.__r_.__value_, "[1]", 3);
    hold(long_19.__rep_, TEXT, sizeof TEXT - 1);
    long_19.__rep_.__l.__is_long_ = 1;
    long_19.__rep_.__l.__cap_ = 24;
    hold_inside(short_19.__rep_, "[1]", 3);
    unique_19.__ptr_ = &long_19;
    hold(long_alternate.__r_.__value_, TEXT, sizeof TEXT - 1);
    long_alternate.__r_.__value_.__l.__cap_ = 48 | 1UL << 63;
    hold_inside(short_alternate.__r_.__value_, "[1]", 3);
    return 0; // ready
}
