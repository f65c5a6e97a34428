"""Which containers FFmpeg may open here, and what is known of each. No Streamlit.

Only files are opened, and only by demuxers that read one file: a playlist that names other files or addresses
is none of them.
"""

VIDEO_CONTAINERS = (
    "mov,mp4,m4a,3gp,3g2,mj2,avi,matroska,webm,gif,apng,mpegts,mpeg,asf,flv,kux,ogg,rm,mxf,gxf,nut,wtv,dv,"
    "ivf,swf,dhav,ty,pva,nsv,nuv,viv,yuv4mpegpipe"
)
BARE_VIDEO = "h261,h263,h264,hevc,vvc,av1,obu,vc1,m4v,mpegvideo,dirac,cavsvideo"
"""A codec's own stream without a container: no times of its own, only a rate."""
SOUND = "mp3,wav,w64,flac,aiff,au,caf,amr,ape,wv,tta,tak,mpc,mpc8,dsf,voc,aa,oma,truehd,dtshd"
BARE_SOUND = "aac,ac3,eac3,dts,amrnb,amrwb,loas,gsm"
"""Their demuxers take some files of any other kind for theirs, so a part is decoded before it is believed."""
OPEN_AS = {
    "format_whitelist": ",".join((VIDEO_CONTAINERS, BARE_VIDEO, SOUND, BARE_SOUND)),
    "protocol_whitelist": "file,subfile",
    # Where a camera is switched on late, the beginning of a stream tells neither its size nor its codec.
    "analyzeduration": "60000000",
    "probesize": "50000000",
}
DECLARE_THEIR_LENGTH = {"mov", "matroska", "avi", "asf", "flv", "mxf"}
"""Of the others FFmpeg's length is a guess by what it saw of the file."""
TRACKS_DECLARE, LENGTH_FROM_FIRST = {"mov", "asf", "mxf"}, {"mov", "mxf"}
"""Here a track's own length is declared, in the latter from its first picture on; else the whole file's."""
CLOCK_FROM_ZERO = {"mov", "matroska"}
"""Their time lines begin at 0, whatever is stamped first. The others' clocks begin anywhere."""
CLOCK_JUMPS = {"mpegts", "mpeg"}
"""Recorders join parts in these as they are: a jump is another part's clock, not a pause."""

SHOWN_BY_BROWSERS = {"gif", "apng"}
SHORTEST_S, INSTEAD_S = 0.01, 0.1
"""Browsers show a picture that asks for no more than the first for the second."""


def family(name: str) -> str:
    """A container's first name: mov of FFmpeg's "mov,mp4,m4a,3gp,3g2,mj2"."""
    return name.partition(",")[0]
