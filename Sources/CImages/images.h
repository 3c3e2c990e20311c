#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

/// What a reader of one format finds, and where its errors go.
struct image {
    const uint8_t *bytes;
    size_t count;
    size_t position;
    uint8_t *target; // NULL where the header alone is read
    size_t room;
    int32_t width, height, channels, orientation;
    jmp_buf failed;
    char message[200];
};

/// Each returns 1, or 0 with a message.
int cohort_read_png(struct image *image);
int cohort_read_jpeg(struct image *image);

/// The orientation in an EXIF block that begins with its TIFF header; 1 where there is none.
int32_t cohort_exif_orientation(const uint8_t *bytes, size_t count);
